// A load of live graphs: one mover sends the positions of all nodes, many watchers are told of
// them, in VisionFlow's records or, of a peer, in JSON. One thread that never waits once all are
// connected. docs/benchmarks.md says how it is used. Prints one line of JSON.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <inttypes.h>
#include <netinet/tcp.h>
#include <stdarg.h>
#include <sys/epoll.h>

#include "frames.h"
#include "meter.h"

enum { BINARY = 2, RECORD = 34, GUARD_SECONDS = 600, EVENTS = 256, TEXT_ROOM = 16384 };
enum { ROOM = 1 << 20, NODES_MOST = 16384, NODE_TEXT = 256, UPDATES = 1 << 16 };

static const char usage[] =
    "usage: graph -p PORT [options]\n"
    "  -J           the server is the peer that speaks JSON; otherwise Sluice, with LOAD_TOKEN\n"
    "  -i PID       the server's process, whose CPU time is read\n"
    "  -n NUMBER    watchers (200)\n"
    "  -N NUMBER    nodes (1000), all of which move with each update\n"
    "  -r RATE      updates per second (30), and what watchers ask for\n"
    "  -H           watchers stop to read when all are there; nodes go on moving for as long as the\n"
    "               warm up; then it says so, and holds until standard input ends\n"
    "  -t SECONDS   warm up (2)\n"
    "  -m SECONDS   measure (5)\n"
    "  -l LABEL     a word that is printed with the result\n";

static struct {
  int port, watchers, nodes;
  double rate, warm, measure;
  bool json, hold;
  pid_t server;
  const char *label, *token;
} want = {.watchers = 200, .nodes = 1000, .rate = 30, .warm = 2, .measure = 5, .label = "",
          .token = ""};

struct line {
  int fd;
  size_t length;  // of what has come and is not looked at
  uint64_t latest;  // the update it was told of last
  uint8_t *room;
};

static struct line mover, *watchers;
static int loop;
static struct cpu_meter meter;
static uint64_t sent_at[UPDATES], updates;
static bool measuring;
static struct {
  uint64_t frames, measured, bytes, skipped;
  struct histogram latencies;
} seen;

static void fail(const char *what, const char *detail) {
  fprintf(stderr, "graph: %s%s%s\n", what, *detail ? ": " : "", detail);
  exit(1);
}

// Connecting, one after the other, each waited for.

static int connected(void) {
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  struct sockaddr_in server = {.sin_family = AF_INET, .sin_port = htons((uint16_t)want.port)};
  server.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (fd < 0 || connect(fd, (struct sockaddr *)&server, sizeof server) != 0) {
    fail("cannot connect", strerror(errno));
  }
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
  return fd;
}

static void send_text(int fd, const char *format, ...) {
  static char text[TEXT_ROOM];
  va_list values;
  va_start(values, format);
  int length = vsnprintf(text, sizeof text, format, values);
  va_end(values);
  if (length >= TEXT_ROOM || !send_all(fd, (uint8_t *)text, (size_t)length)) {
    fail("the server does not take what is sent", "");
  }
}

// Reads the head of an answer, which begins so, and leaves what comes behind it.
static void await_answer(struct line *line, const char *start) {
  for (;;) {
    ssize_t got = recv(line->fd, line->room + line->length, ROOM - line->length, 0);
    if (got <= 0) fail("the server cut the connection", "");
    line->length += (size_t)got;
    uint8_t *end = memmem(line->room, line->length, "\r\n\r\n", 4);
    if (end == NULL) continue;
    if (memcmp(line->room, start, strlen(start)) != 0) {
      *end = 0;
      fail("the server refuses", (char *)line->room);
    }
    line->length -= (size_t)(end + 4 - line->room);
    memmove(line->room, end + 4, line->length);
    return;
  }
}

static void say(struct line *line, int opcode, const void *payload, size_t length) {
  static uint8_t frame[NODES_MOST * NODE_TEXT + HEADER_ROOM];
  if (!send_all(line->fd, frame, put_masked(frame, opcode, payload, length))) {
    fail("the server does not take what is sent", "");
  }
}

static void open_line(struct line *line, uint32_t number) {
  line->fd = connected();
  line->room = malloc(ROOM);
  send_text(line->fd,
      "GET /ws/positions HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nUpgrade: websocket\r\n"
      "Connection: Upgrade\r\nSec-WebSocket-Key: " UPGRADE_KEY "\r\n"
      "Sec-WebSocket-Version: 13\r\nAuthorization: Bearer %s\r\n\r\n", want.port, want.token);
  await_answer(line, "HTTP/1.1 101 ");
  struct epoll_event readable = {.events = EPOLLIN, .data.u32 = number};
  epoll_ctl(loop, EPOLL_CTL_ADD, line->fd, &readable);
}

// The peer knows its nodes from what is moved; Sluice is told of them before.
static void fill_graph(void) {
  size_t length = 0;
  char *body = malloc((size_t)want.nodes * NODE_TEXT + NODE_TEXT);
  for (int i = 0; i < want.nodes; i++) {
    length += (size_t)sprintf(body + length, "%s{\"id\":%d,\"x\":0,\"y\":0,\"z\":0}",
                              i == 0 ? "{\"nodes\":[" : ",", i);
  }
  length += (size_t)sprintf(body + length, "]}");
  struct line line = {.fd = connected(), .room = malloc(ROOM)};
  send_text(line.fd,
      "PUT /api/v1/graphs/default HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nAuthorization: Bearer %s\r\n"
      "Content-Type: application/json\r\nContent-Length: %zu\r\n\r\n", want.port, want.token, length);
  if (!send_all(line.fd, (uint8_t *)body, length)) fail("the graph is not taken", "");
  await_answer(&line, "HTTP/1.1 200 ");
  close(line.fd);
  free(line.room);
  free(body);
}

static void connect_all(void) {
  loop = epoll_create1(0);
  if (!want.json) fill_graph();
  watchers = calloc((size_t)want.watchers, sizeof *watchers);
  char wish[128];
  int length = snprintf(wish, sizeof wish,
      "{\"type\":\"subscribe_position_updates\",\"data\":{\"interval\":%d,\"binary\":%s}}",
      (int)(1000 / want.rate), want.json ? "false" : "true");
  for (int i = 0; i < want.watchers; i++) {
    open_line(&watchers[i], (uint32_t)i);
    say(&watchers[i], TEXT, wish, (size_t)length);
  }
  open_line(&mover, (uint32_t)want.watchers);
}

// Moving. The first node's x is the number of the update.

static void put_float(uint8_t *at, float value) { memcpy(at, &value, sizeof value); }

static float wave(int node, int axis) {
  return (float)((updates * 7 + (uint64_t)(node * 31 + axis * 17)) % 1009) / 3;
}

static size_t write_records(uint8_t *out) {
  for (int i = 0; i < want.nodes; i++) {
    uint8_t *record = out + i * RECORD;
    memset(record, 0, RECORD);
    record[0] = (uint8_t)i;
    record[1] = (uint8_t)(i >> 8);
    for (int axis = 0; axis < 6; axis++) put_float(record + 2 + 4 * axis, wave(i, axis));
    if (i == 0) put_float(record + 2, (float)updates);
    memset(record + 30, 0xff, 4);
  }
  return (size_t)want.nodes * RECORD;
}

static size_t write_json(uint8_t *out) {
  char *at = (char *)out;
  at += sprintf(at, "{\"type\":\"move\",\"nodes\":[");
  for (int i = 0; i < want.nodes; i++) {
    at += sprintf(at,
        "%s{\"id\":%d,\"position\":{\"x\":%.9g,\"y\":%.9g,\"z\":%.9g},"
        "\"velocity\":{\"x\":%.9g,\"y\":%.9g,\"z\":%.9g}}", i == 0 ? "" : ",", i,
        i == 0 ? (double)updates : wave(i, 0), wave(i, 1), wave(i, 2), wave(i, 3), wave(i, 4),
        wave(i, 5));
  }
  at += sprintf(at, "]}");
  return (size_t)(at - (char *)out);
}

static void move(void) {
  static uint8_t message[NODES_MOST * NODE_TEXT];
  updates++;
  size_t length = want.json ? write_json(message) : write_records(message);
  sent_at[updates % UPDATES] = now_nanos();
  say(&mover, want.json ? TEXT : BINARY, message, length);
}

// Watching

static uint64_t update_of(const struct frame *frame) {
  if (want.json) {
    const uint8_t *x = memmem(frame->payload, frame->length, "\"x\":", 4);
    return x == NULL ? 0 : strtoull((const char *)x + 4, NULL, 10);
  }
  float number;
  memcpy(&number, frame->payload + 2, sizeof number);
  return (uint64_t)number;
}

static void told(struct line *line, const struct frame *frame, uint64_t now) {
  uint64_t update = update_of(frame);
  if (update == 0 || update <= line->latest) return;  // all of it, as it was at the beginning
  seen.frames++;
  seen.bytes += frame->total;
  if (measuring) {
    seen.measured++;
    if (line->latest > 0) seen.skipped += update - line->latest - 1;
    record_value(&seen.latencies, now - sent_at[update % UPDATES]);
  }
  line->latest = update;
}

static bool is_positions(const struct frame *frame) {
  static const char start[] = "{\"type\":\"positions\"";
  return want.json
      ? frame->length > sizeof start && memcmp(frame->payload, start, sizeof start - 1) == 0
      : frame->opcode == BINARY && frame->length >= RECORD;
}

static void on_frame(struct line *line, const struct frame *frame, uint64_t now) {
  if (frame->opcode == CLOSE) fail("the server closed", "");
  if (frame->opcode == PING) {
    say(line, PONG, frame->payload, frame->length);
  } else if (line != &mover && is_positions(frame)) {
    told(line, frame, now);
  } else if (frame->opcode == TEXT && memmem(frame->payload, frame->length, "\"ping\"", 6)) {
    static const char pong[] = "{\"type\":\"pong\"}";
    say(line, TEXT, pong, sizeof pong - 1);
  } else if (frame->opcode == TEXT && memmem(frame->payload, frame->length, "\"error\"", 7)) {
    frame->payload[frame->length - 1] = 0;
    fail("the server answered", (char *)frame->payload);
  }
}

static void on_readable(struct line *line) {
  ssize_t got = recv(line->fd, line->room + line->length, ROOM - line->length, MSG_DONTWAIT);
  if (got < 0 && errno == EAGAIN) return;
  if (got <= 0) fail("the server cut the connection", "");
  uint64_t now = now_nanos();
  line->length += (size_t)got;
  size_t at = 0;
  struct frame frame;
  while (take_frame(line->room + at, line->length - at, &frame)) {
    on_frame(line, &frame, now);
    at += frame.total;
  }
  line->length -= at;
  memmove(line->room, line->room + at, line->length);
}

static void turn(void) {
  struct epoll_event events[EVENTS];
  int count = epoll_wait(loop, events, EVENTS, 0);
  for (int i = 0; i < count; i++) {
    uint32_t number = events[i].data.u32;
    on_readable(number == (uint32_t)want.watchers ? &mover : &watchers[number]);
  }
}

static void run_for(double seconds) {
  uint64_t next = now_nanos(), end = next + (uint64_t)(seconds * 1e9), now;
  while ((now = now_nanos()) < end) {
    if (now >= next) {
      move();
      next += (uint64_t)(1e9 / want.rate);
    }
    turn();
  }
}

static void measure(void) {
  run_for(want.warm);
  unsigned long user, kernel, user_end, kernel_end;
  measuring = true;
  uint64_t begin = now_nanos(), cpu = cpu_nanos(&meter), before = updates;
  read_ticks(meter.process, &user, &kernel);
  run_for(want.measure);
  uint64_t nanos = now_nanos() - begin, used = cpu_nanos(&meter) - cpu;
  read_ticks(meter.process, &user_end, &kernel_end);
  double count = seen.measured == 0 ? 1 : (double)seen.measured;
  double tick = 1e6 / (double)sysconf(_SC_CLK_TCK), cpu_seconds = (double)used / 1e9;
  printf("{\"label\":\"%s\",\"watchers\":%d,\"nodes\":%d,\"rate\":%.0f,\"updates\":%" PRIu64
         ",\"frames\":%" PRIu64 ",\"skipped\":%" PRIu64 ",\"frame_bytes\":%" PRIu64
         ",\"per_second\":%.0f,\"cpu_share\":%.3f,\"frames_per_cpu_second\":%.0f,"
         "\"cpu_micros\":%.2f,\"user_micros\":%.2f,",
         want.label, want.watchers, want.nodes, want.rate, updates - before, seen.measured,
         seen.skipped, seen.frames == 0 ? 0 : seen.bytes / seen.frames,
         (double)seen.measured * 1e9 / (double)nanos, (double)used / (double)nanos,
         cpu_seconds > 0 ? (double)seen.measured / cpu_seconds : 0, (double)used / 1e3 / count,
         (double)(user_end - user) * tick / count);
  printf("\"p50_micros\":%.0f,\"p99_micros\":%.0f,\"p999_micros\":%.0f,\"max_micros\":%.0f}\n",
         quantile(&seen.latencies, .5) / 1e3, quantile(&seen.latencies, .99) / 1e3,
         quantile(&seen.latencies, .999) / 1e3, (double)seen.latencies.largest / 1e3);
}

static void hold(void) {
  for (int i = 0; i < want.watchers; i++) epoll_ctl(loop, EPOLL_CTL_DEL, watchers[i].fd, NULL);
  run_for(want.warm);
  printf("holding %d\n", want.watchers);
  fflush(stdout);
  struct pollfd end = {.fd = STDIN_FILENO, .events = POLLIN};
  while (poll(&end, 1, 100) == 0) turn();
}

int main(int count, char **arguments) {
  int option;
  while ((option = getopt(count, arguments, "p:JHi:n:N:r:t:m:l:")) != -1) {
    switch (option) {
      case 'p': want.port = atoi(optarg); break;
      case 'J': want.json = true; break;
      case 'H': want.hold = true; break;
      case 'i': want.server = atoi(optarg); break;
      case 'n': want.watchers = atoi(optarg); break;
      case 'N': want.nodes = atoi(optarg); break;
      case 'r': want.rate = atof(optarg); break;
      case 't': want.warm = atof(optarg); break;
      case 'm': want.measure = atof(optarg); break;
      case 'l': want.label = optarg; break;
      default: fputs(usage, stderr); return 2;
    }
  }
  if (want.port <= 0 || want.watchers <= 0 || want.rate <= 0 || want.nodes <= 0 ||
      want.nodes > NODES_MOST) {
    fputs(usage, stderr);
    return 2;
  }
  if (getenv("LOAD_TOKEN") != NULL) want.token = getenv("LOAD_TOKEN");
  alarm(GUARD_SECONDS);
  start_meter(&meter, want.server);
  connect_all();
  if (want.hold) {
    hold();
    return 0;
  }
  measure();
  return 0;
}
