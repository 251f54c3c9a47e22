// The clients: they connect, subscribe, publish, and look at what comes.
#define _GNU_SOURCE
#include "clients.h"

#include <arpa/inet.h>
#include <inttypes.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>

#include "frames.h"

enum { READ_ROOM = 1 << 20, READ_MOST = 1 << 18, EVENTS = 256, TEXT_ROOM = LARGEST + 1024 };
enum { AT_ONCE = 64, PER_ADDRESS = 5000, ORDER_ROOM = 1 << 16, TOKEN_ROOM = 8192 };
enum { CREDIT_BYTES = 1024 };  // beside its payload, so much credit for each message
#define PATIENCE_NANOS 10000000000u  // without any progress

enum state { CONNECTING, UPGRADING, SUBSCRIBING, READY };

struct subscriber {
  int fd;
  int channel;
  enum state state;
  uint32_t rest_length;
  uint8_t *rest;     // an unfinished frame
  uint64_t offset;   // of the last publication it got, or of its subscription
  uint32_t credit;   // messages it may still be sent
  uint32_t *wanted;  // when verifying: the next number of each publisher
};

struct channel {
  int members;
  uint64_t published, delivered, round_ends;
  uint64_t latest;               // when the latest publication was due
  uint32_t numbers[PUBLISHERS];  // each publisher's next number
  uint64_t *order;               // when verifying: which publication has which offset
};

struct wishes want = {.connections = 50, .channels = 1, .bytes = 256, .window = 1,
                      .publishers = 1, .warm = 0.5, .measure = 3, .label = "", .token = ""};
struct seen seen;
bool publishing, measuring;

static struct subscriber *subscribers;
static struct channel *channels;
static int loop, ready;
static uint64_t now;

static void fail(int code, const char *what, const void *detail, size_t length) {
  fprintf(stderr, "load: %s%s%.*s\n", what, length > 0 ? ": " : "", (int)length,
          (const char *)detail);
  exit(code);
}

static void say(const struct subscriber *to, int opcode, const void *payload, size_t length) {
  static uint8_t frame[TEXT_ROOM + HEADER_ROOM];
  if (!send_all(to->fd, frame, put_masked(frame, opcode, payload, length))) {
    fail(2, "the server does not take what is sent", NULL, 0);
  }
}

// Publishing. The payload says when, by whom, and the how-many-eth of that publisher it is.

#define PAYLOAD_START "{\"at\":\""
#define PAYLOAD "{\"at\":\"%016" PRIx64 "\",\"by\":\"%02x\",\"no\":\"%08x\",\"fill\":\"%s\"}"
enum { AT_PLACE = 7, BY_PLACE = 31, NO_PLACE = 41, PAYLOAD_LEAST = 61 };

// What an application says: names that repeat, values that do not. Quotes would need escapes inside
// the payload's text, so they are left out; they are cheap to compress.
static void fill_with_json(char *fill, size_t length) {
  static const char *states[] = {"running", "waiting", "done", "failed"};
  uint32_t seed = 2463534242u;
  for (size_t at = 0; at < length;) {
    char part[160];
    seed = seed * 1664525u + 1013904223u;
    int count = snprintf(part, sizeof part,
        "{agent: worker-%u, task: %08x, state: %s, cpu: %u.%u, updated: 2026-03-%02uT%02u:%02u}, ",
        seed >> 24, seed * 2654435761u, states[seed >> 8 & 3], seed >> 9 & 63, seed >> 16 & 7,
        (seed >> 5) % 28 + 1, (seed >> 11) % 24, (seed >> 17) % 60);
    size_t room = length - at;
    memcpy(fill + at, part, room < (size_t)count ? room : (size_t)count);
    at += (size_t)count;
  }
}

void publish(int number, uint64_t when) {
  static char text[TEXT_ROOM], fill[TEXT_ROOM];
  size_t room = (size_t)(want.bytes - PAYLOAD_LEAST);
  if (fill[0] == 0 && want.json) fill_with_json(fill, room);
  if (fill[0] == 0) memset(fill, 'x', room);
  struct channel *channel = &channels[number];
  channel->latest = when;
  int publisher = (int)(channel->published++ % (uint64_t)want.publishers);
  uint32_t count = channel->numbers[publisher]++;
  const char *form = want.limit
      ? "P%d " PAYLOAD
      : want.behind > 0
      ? "{\"action\":\"publish\",\"ack\":true,\"channel\":\"bench%d\",\"payload\":" PAYLOAD "}"
      : "{\"action\":\"publish\",\"channel\":\"bench%d\",\"payload\":" PAYLOAD "}";
  int length = snprintf(text, sizeof text, form, number, when, publisher, count, fill);
  // Members of a channel are as many connections apart as there are channels.
  say(&subscribers[number + publisher * want.channels], TEXT, text, (size_t)length);
}

static uint64_t hex(const uint8_t *digits, int count) {
  uint64_t value = 0;
  for (int i = 0; i < count; i++) {
    value = value << 4 | (uint64_t)(digits[i] <= '9' ? digits[i] - '0' : digits[i] - 'a' + 10);
  }
  return value;
}

// Verifying. `limit` has no offsets: there only each publisher's own numbers are looked at.

static uint64_t offset_of(const uint8_t *text, size_t length) {
  const uint8_t *name = memmem(text, length, "\"offset\":", 9);
  return name == NULL ? 0 : strtoull((const char *)name + 9, NULL, 10);
}

static void verify_order(struct channel *channel, uint64_t offset, uint64_t identity) {
  uint64_t *known = &channel->order[offset % ORDER_ROOM * 2];
  if (known[0] == offset && known[1] != identity) seen.disordered++;
  known[0] = offset;
  known[1] = identity;
}

static void verify(struct subscriber *to, const uint8_t *payload, const uint8_t *end) {
  unsigned publisher = (unsigned)hex(payload + BY_PLACE, 2);
  uint32_t number = (uint32_t)hex(payload + NO_PLACE, 8);
  if (publisher >= PUBLISHERS) fail(2, "a stranger's publication", payload, PAYLOAD_LEAST);
  uint32_t *wanted = &to->wanted[publisher];
  if (number < *wanted) {
    seen.doubled++;
    return;
  }
  seen.skipped += number - *wanted;
  *wanted = number + 1;
  if (want.limit) return;
  uint64_t offset = offset_of(payload + want.bytes, (size_t)(end - payload) - (size_t)want.bytes);
  if (offset != to->offset + 1) seen.disordered++;
  to->offset = offset;
  verify_order(&channels[to->channel], offset, (uint64_t)publisher << 32 | number);
}

// Receiving.

static void grant(struct subscriber *to, uint32_t messages) {
  char text[256];
  int length = snprintf(text, sizeof text,
      "{\"action\":\"credit\",\"channel\":\"bench%d\",\"credits\":{\"messages\":%u,\"bytes\":%u}}",
      to->channel, messages, messages * (CREDIT_BYTES + (unsigned)want.bytes));
  to->credit += messages;
  say(to, TEXT, text, (size_t)length);
}

void grant_all(int messages) {
  for (int i = 0; i < want.connections; i++) grant(&subscribers[i], (uint32_t)messages);
}

// What came deflated is not looked at: it can only be the latest publication, for with -z one is on
// its way at a time.
static void delivered(struct subscriber *to, const uint8_t *payload, const uint8_t *end) {
  struct channel *channel = &channels[to->channel];
  seen.deliveries++;
  if (measuring) {
    seen.measured++;
    record_value(&seen.latencies, now - (payload == NULL ? channel->latest
                                                         : hex(payload + AT_PLACE, 16)));
  }
  if (want.verify) verify(to, payload, end);
  if (want.credit > 0 && want.behind == 0 && --to->credit <= (uint32_t)want.credit / 2) {
    grant(to, (uint32_t)want.credit - to->credit);
  }
  if (++channel->delivered == channel->round_ends) {
    channel->round_ends += (uint64_t)channel->members;
    bool more = want.total == 0 || channel->published < (uint64_t)want.total;
    if (publishing && want.rate == 0 && more) publish(to->channel, now_nanos());
  }
}

static bool is_apart(const struct subscriber *subscriber) {
  return subscriber - subscribers >= want.connections - want.number_apart;
}

static void subscribe(struct subscriber *subscriber) {
  char text[320], credits[96] = "";
  const char *filter = want.filter ? ",\"filters\":{\"by\":\"00\"}" : "", *elsewhere = "";
  bool apart = is_apart(subscriber);
  if (want.behind > 0 || (apart && want.apart == SPENT)) {
    strcpy(credits, ",\"credits\":{\"messages\":0,\"bytes\":0}");
  } else if (apart && want.apart == ELSEWHERE) {
    elsewhere = ".quiet";
  } else if (want.credit > 0) {
    subscriber->credit = (uint32_t)want.credit;
    snprintf(credits, sizeof credits, ",\"credits\":{\"messages\":%d,\"bytes\":%d}", want.credit,
             want.credit * (CREDIT_BYTES + want.bytes));
  }
  int length = want.limit
      ? snprintf(text, sizeof text, "S%d", subscriber->channel)
      : snprintf(text, sizeof text, "{\"action\":\"subscribe\",\"channel\":\"bench%d%s\"%s%s}",
                 subscriber->channel, elsewhere, filter, credits);
  say(subscriber, TEXT, text, (size_t)length);
  subscriber->state = SUBSCRIBING;
}

static bool says(const struct frame *frame, const char *type) {
  char start[64];
  size_t length = (size_t)snprintf(start, sizeof start, "{\"type\":\"%s\"", type);
  return frame->length > length && memcmp(frame->payload, start, length) == 0;
}

static void on_answer(struct subscriber *from, const struct frame *frame) {
  if (want.limit ? frame->payload[0] == 's' : says(frame, "subscribed")) {
    from->offset = offset_of(frame->payload, frame->length);
    from->state = READY;
    ready++;
    if (is_apart(from) && want.apart == STALLED) epoll_ctl(loop, EPOLL_CTL_DEL, from->fd, NULL);
  } else if (says(frame, "published")) {
    seen.receipts++;
  } else if (says(frame, "gap")) {
    seen.gaps++;
  } else if (says(frame, "error")) {
    fail(2, "the server answered", frame->payload, frame->length);
  }
}

static void on_frame(struct subscriber *from, const struct frame *frame) {
  static size_t guess;  // where the payload began last time
  const size_t start = sizeof PAYLOAD_START - 1;
  if (frame->opcode == PING) {
    say(from, PONG, frame->payload, frame->length);
  } else if (frame->opcode == CLOSE) {
    fail(2, "the server closed", frame->payload + 2, frame->length > 2 ? frame->length - 2 : 0);
  } else if (frame->opcode == TEXT && frame->deflated) {
    seen.bytes += frame->total;
    delivered(from, NULL, NULL);
  } else if (frame->opcode == TEXT && (int)frame->length < want.bytes) {
    on_answer(from, frame);
  } else if (frame->opcode == TEXT) {
    const uint8_t *end = frame->payload + frame->length;
    const uint8_t *payload = frame->payload + guess;
    if (payload + want.bytes > end || memcmp(payload, PAYLOAD_START, start) != 0) {
      payload = memmem(frame->payload, frame->length, PAYLOAD_START, start);
    }
    if (payload == NULL || payload + want.bytes > end) {
      on_answer(from, frame);
    } else {
      guess = (size_t)(payload - frame->payload);
      seen.bytes += frame->total;
      delivered(from, payload, end);
    }
  }
}

// Connecting.

static void begin_connection(int index) {
  struct subscriber *subscriber = &subscribers[index];
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  if (fd < 0) fail(1, "no descriptor left: raise `ulimit -n`", NULL, 0);
  setsockopt(fd, SOL_IP, IP_BIND_ADDRESS_NO_PORT, &(int){1}, sizeof(int));
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
  // An address has too few ports for everybody, so they come from several.
  struct sockaddr_in from = {.sin_family = AF_INET};
  from.sin_addr.s_addr = htonl(INADDR_LOOPBACK + 1 + (uint32_t)(index / PER_ADDRESS));
  struct sockaddr_in server = {.sin_family = AF_INET, .sin_port = htons((uint16_t)want.port)};
  server.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (bind(fd, (struct sockaddr *)&from, sizeof from) != 0 ||
      (connect(fd, (struct sockaddr *)&server, sizeof server) != 0 && errno != EINPROGRESS)) {
    fail(1, "cannot connect", strerror(errno), strlen(strerror(errno)));
  }
  subscriber->fd = fd;
  struct epoll_event writable = {.events = EPOLLOUT, .data.u32 = (uint32_t)index};
  epoll_ctl(loop, EPOLL_CTL_ADD, fd, &writable);
}

static void ask_for_upgrade(struct subscriber *subscriber, uint32_t index) {
  char request[TOKEN_ROOM + 512];
  int length = snprintf(request, sizeof request,
      "GET /ws HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
      "Sec-WebSocket-Key: " UPGRADE_KEY "\r\nSec-WebSocket-Version: 13\r\n"
      "Sec-WebSocket-Protocol: sluice.1\r\nAuthorization: Bearer %s\r\n%s\r\n",
      want.port, want.token,
      want.deflate ? "Sec-WebSocket-Extensions: permessage-deflate\r\n" : "");
  if (!send_all(subscriber->fd, (uint8_t *)request, (size_t)length)) {
    fail(1, "nobody listens", NULL, 0);
  }
  struct epoll_event readable = {.events = EPOLLIN, .data.u32 = index};
  epoll_ctl(loop, EPOLL_CTL_MOD, subscriber->fd, &readable);
  subscriber->state = UPGRADING;
}

// How many bytes of the answer were taken: all of it, or none yet.
static size_t on_upgrade(struct subscriber *subscriber, const uint8_t *bytes, size_t length) {
  const uint8_t *end = memmem(bytes, length, "\r\n\r\n", 4);
  if (end == NULL) return 0;
  if (memcmp(bytes, "HTTP/1.1 101 ", 13) != 0 ||
      memmem(bytes, length, UPGRADE_ANSWER, sizeof UPGRADE_ANSWER - 1) == NULL) {
    fail(3, "no upgrade", bytes, (size_t)(end - bytes));
  }
  subscribe(subscriber);
  return (size_t)(end + 4 - bytes);
}

static void on_readable(struct subscriber *from) {
  static uint8_t room[READ_ROOM + 1];
  size_t length = from->rest_length, at = 0;
  if (length > 0) memcpy(room, from->rest, length);
  size_t most = READ_ROOM - length < READ_MOST ? READ_ROOM - length : READ_MOST;
  ssize_t got = recv(from->fd, room + length, most, MSG_DONTWAIT);
  if (got < 0 && errno == EAGAIN) return;
  if (got <= 0) fail(2, "the server cut the connection", NULL, 0);
  now = now_nanos();
  length += (size_t)got;
  if (from->state == UPGRADING) at = on_upgrade(from, room, length);
  struct frame frame;
  while (from->state >= SUBSCRIBING && take_frame(room + at, length - at, &frame)) {
    on_frame(from, &frame);
    at += frame.total;
  }
  from->rest_length = (uint32_t)(length - at);
  if (length > at) {
    from->rest = realloc(from->rest, length - at);
    memcpy(from->rest, room + at, length - at);
  } else if (from->rest != NULL) {
    free(from->rest);
    from->rest = NULL;
  }
}

int turn(int timeout_millis) {
  struct epoll_event events[EVENTS];
  int count = epoll_wait(loop, events, EVENTS, timeout_millis);
  for (int i = 0; i < count; i++) {
    struct subscriber *subscriber = &subscribers[events[i].data.u32];
    if (subscriber->state == CONNECTING) {
      ask_for_upgrade(subscriber, events[i].data.u32);
    } else {
      on_readable(subscriber);
    }
  }
  return count;
}

static void deal_out(void) {
  subscribers = calloc((size_t)want.connections, sizeof *subscribers);
  channels = calloc((size_t)want.channels, sizeof *channels);
  for (int i = 0; i < want.connections; i++) {
    subscribers[i].channel = i % want.channels;
    if (!is_apart(&subscribers[i])) channels[i % want.channels].members++;
    if (want.verify) subscribers[i].wanted = calloc(PUBLISHERS, sizeof(uint32_t));
  }
  for (int i = 0; i < want.channels; i++) {
    channels[i].round_ends = (uint64_t)channels[i].members;
    if (want.verify) channels[i].order = calloc(ORDER_ROOM, 2 * sizeof(uint64_t));
  }
}

void connect_all(void) {
  loop = epoll_create1(0);
  deal_out();
  int begun = 0;
  uint64_t progress = now_nanos();
  while (ready < want.connections) {
    while (begun < want.connections && begun - ready < AT_ONCE) begin_connection(begun++);
    if (turn(100) > 0) {
      progress = now_nanos();
    } else if (now_nanos() - progress > PATIENCE_NANOS) {
      fail(4, "the server does not answer every connection", NULL, 0);
    }
  }
}

uint64_t missing(void) {
  uint64_t expected = 0, progress = now_nanos();
  for (int i = 0; i < want.channels; i++) {
    expected += channels[i].published * (uint64_t)channels[i].members;
  }
  while (seen.deliveries < expected && now_nanos() - progress < PATIENCE_NANOS) {
    if (turn(100) > 0) progress = now_nanos();
  }
  return seen.deliveries >= expected ? 0 : expected - seen.deliveries;
}
