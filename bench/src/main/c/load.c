// A load generator for WebSocket servers: one thread that never waits, so that it is not what is
// measured. docs/benchmarks.md says how it is used. Prints one line of JSON.
#define _GNU_SOURCE
#include <inttypes.h>
#include <poll.h>

#include "clients.h"

enum { GUARD_SECONDS = 600, LONGEST_WARM_UP = 10 };  // the latter times what was asked for
#define WARM_UP_STEP_NANOS 10000000u

static const char usage[] =
    "usage: load -p PORT [options]\n"
    "  -L           the server is `limit`; otherwise it speaks Nexus and takes LOAD_TOKEN\n"
    "  -i PID       the server's process, whose CPU time is read\n"
    "  -n NUMBER    connections (50), each subscribed to one channel\n"
    "  -c NUMBER    channels (1), connections are dealt out to them\n"
    "  -s BYTES     payload (256), 64 or more\n"
    "  -w NUMBER    so many publications of a channel are on their way at a time (1)\n"
    "  -r RATE      publications per second instead, at their time whatever becomes of the others\n"
    "  -k NUMBER    publishers of each channel (1), taking turns, 16 at most\n"
    "  -g NUMBER    subscribe with credit for so many messages, and grant more when half is used\n"
    "  -t SECONDS   warm up (0.5), counted in CPU time of the server where -i names it\n"
    "  -m SECONDS   measure (3)\n"
    "  -x           verify: every subscriber gets everything, once, in the same order\n"
    "  -f           every subscriber filters by who publishes, and lets it pass\n"
    "  -A NUMBER    so many of the connections, the last ones, take no part …\n"
    "  -K HOW       … because they are `stalled` and read nothing, `spent` and have no credit, or\n"
    "               subscribe `elsewhere`, where nothing is said (stalled)\n"
    "  -B NUMBER    again and again so many publications are made while nobody has credit; then\n"
    "               everybody gets it, and what is measured is the catching up\n"
    "  -N NUMBER    so many publications of each channel, then hold as with -H\n"
    "  -j           a payload like an application's, and not one letter repeated\n"
    "  -z           accept compressed messages, which are counted but not looked at\n"
    "  -H           only connect and subscribe, say so, and hold until standard input ends\n"
    "  -l LABEL     a word that is printed with the result\n";

static struct cpu_meter meter;

struct result {
  double seconds, cpu_share;
  double user_micros, whole_micros, middle_micros;  // per delivery
};

static void publish_what_is_due(uint64_t *next, int *number) {
  while (want.rate > 0 && now_nanos() >= *next) {
    publish(*number, *next);
    *number = (*number + 1) % want.channels;
    *next += (uint64_t)(1e9 / want.rate);
  }
}

static void run_until(uint64_t end, uint64_t *next, int *number) {
  uint64_t time;
  while ((time = now_nanos()) < end) {
    publish_what_is_due(next, number);
    if (measuring) tick_meter(&meter, time, seen.measured);
    turn(0);
  }
}

// A server that shares its core with others needs longer until it has warmed up, so its own CPU
// time says when that is.
static void warm_up(uint64_t *next, int *number) {
  uint64_t start = now_nanos(), used = cpu_nanos(&meter), wanted = (uint64_t)(want.warm * 1e9);
  bool by_wall = meter.process == 0;
  for (;;) {
    uint64_t wall = now_nanos() - start;
    uint64_t spent = by_wall ? wall : cpu_nanos(&meter) - used;
    if (spent >= wanted || wall >= wanted * LONGEST_WARM_UP) return;
    run_until(now_nanos() + WARM_UP_STEP_NANOS, next, number);
  }
}

static void first_publications(void) {
  for (int i = 0; i < want.window; i++) {
    for (int number = 0; number < want.channels; number++) publish(number, now_nanos());
  }
}

static struct result measure(void) {
  uint64_t next = now_nanos();
  int number = 0;
  publishing = true;
  if (want.rate == 0) first_publications();
  warm_up(&next, &number);
  unsigned long user, kernel, user_end, kernel_end;
  measuring = true;
  uint64_t begin = now_nanos(), cpu = cpu_nanos(&meter);
  read_ticks(meter.process, &user, &kernel);
  run_until(begin + (uint64_t)(want.measure * 1e9), &next, &number);
  uint64_t nanos = now_nanos() - begin, used = cpu_nanos(&meter) - cpu;
  read_ticks(meter.process, &user_end, &kernel_end);
  measuring = publishing = false;
  double tick = 1e6 / (double)sysconf(_SC_CLK_TCK);
  double count = seen.measured == 0 ? 1 : (double)seen.measured;
  return (struct result){
      .seconds = (double)nanos / 1e9,
      .cpu_share = (double)used / (double)nanos,
      .user_micros = (double)(user_end - user) * tick / count,
      .whole_micros = (double)used / 1000 / count,
      .middle_micros = median_cost(&meter)};
}

static void print_result(const struct result *result, uint64_t lost) {
  printf("{\"label\":\"%s\",\"connections\":%d,\"channels\":%d,\"bytes\":%d,\"window\":%d,"
         "\"rate\":%.0f,\"deliveries\":%" PRIu64 ",\"per_second\":%.0f,\"cpu_share\":%.2f,"
         "\"cpu_micros\":%.3f,\"mean_micros\":%.3f,\"user_micros\":%.3f,",
         want.label, want.connections, want.channels, want.bytes, want.rate > 0 ? 0 : want.window,
         want.rate, seen.measured, (double)seen.measured / result->seconds, result->cpu_share,
         result->middle_micros, result->whole_micros, result->user_micros);
  printf("\"p50_micros\":%.1f,\"p99_micros\":%.1f,\"p999_micros\":%.1f,\"max_micros\":%.1f,"
         "\"frame_bytes\":%" PRIu64 ",\"lost\":%" PRIu64 ",\"skipped\":%" PRIu64 ",\"doubled\":%" PRIu64
         ",\"disordered\":%" PRIu64 ",\"gaps\":%" PRIu64 "}\n",
         quantile(&seen.latencies, .5) / 1e3, quantile(&seen.latencies, .99) / 1e3,
         quantile(&seen.latencies, .999) / 1e3, (double)seen.latencies.largest / 1e3,
         seen.deliveries == 0 ? 0 : seen.bytes / seen.deliveries, lost,
         seen.skipped, seen.doubled, seen.disordered, seen.gaps);
}

static enum apart apart_of(const char *name) {
  static const char *names[] = {"stalled", "spent", "elsewhere"};
  for (int i = 0; i < 3; i++) {
    if (strcmp(name, names[i]) == 0) return (enum apart)i;
  }
  fputs(usage, stderr);
  exit(2);
}

static void read_arguments(int count, char **arguments) {
  int option;
  while ((option = getopt(count, arguments, "p:Li:n:c:s:w:r:k:g:t:m:xjzHl:fA:K:B:N:")) != -1) {
    switch (option) {
      case 'p': want.port = atoi(optarg); break;
      case 'L': want.limit = true; break;
      case 'i': want.server = atoi(optarg); break;
      case 'n': want.connections = atoi(optarg); break;
      case 'c': want.channels = atoi(optarg); break;
      case 's': want.bytes = atoi(optarg); break;
      case 'w': want.window = atoi(optarg); break;
      case 'r': want.rate = atof(optarg); break;
      case 'k': want.publishers = atoi(optarg); break;
      case 'g': want.credit = atoi(optarg); break;
      case 't': want.warm = atof(optarg); break;
      case 'm': want.measure = atof(optarg); break;
      case 'x': want.verify = true; break;
      case 'j': want.json = true; break;
      case 'z': want.deflate = true; break;
      case 'H': want.hold = true; break;
      case 'l': want.label = optarg; break;
      case 'f': want.filter = true; break;
      case 'A': want.number_apart = atoi(optarg); break;
      case 'K': want.apart = apart_of(optarg); break;
      case 'B': want.behind = atoi(optarg); break;
      case 'N': want.total = atoi(optarg); break;
      default: fputs(usage, stderr); exit(2);
    }
  }
  bool good = want.port > 0 && want.channels > 0 && want.connections >= want.channels &&
      want.bytes >= SMALLEST && want.bytes <= LARGEST && want.window > 0 &&
      want.publishers > 0 && want.publishers <= PUBLISHERS &&
      want.publishers <= (want.connections - want.number_apart) / want.channels &&
      !(want.limit && (want.number_apart > 0 || want.behind > 0 || want.filter)) &&
      !(want.deflate && (want.limit || want.verify || want.window > 1 || want.rate > 0));
  if (!good) {
    fputs(usage, stderr);
    exit(2);
  }
  if (getenv("LOAD_TOKEN") != NULL) want.token = getenv("LOAD_TOKEN");
}

// Everybody falls behind, and catches up; the latter is what is measured.
static void fall_behind(uint64_t *nanos, uint64_t *used) {
  uint64_t receipts = seen.receipts + (uint64_t)want.behind * (uint64_t)want.channels;
  for (int i = 0; i < want.behind; i++) {
    for (int number = 0; number < want.channels; number++) publish(number, now_nanos());
  }
  while (seen.receipts < receipts) turn(100);
  uint64_t deliveries = seen.deliveries + (uint64_t)want.behind * (uint64_t)want.connections;
  uint64_t begin = now_nanos(), cpu = cpu_nanos(&meter);
  grant_all(want.behind);
  while (seen.deliveries < deliveries) turn(100);
  *nanos += now_nanos() - begin;
  *used += cpu_nanos(&meter) - cpu;
}

static struct result measure_catching_up(void) {
  uint64_t nanos = 0, used = 0, warm = 0, ignored = 0;
  while (warm < (uint64_t)(want.warm * 1e9)) fall_behind(&ignored, &warm);
  measuring = true;
  uint64_t begin = now_nanos();
  while (now_nanos() - begin < (uint64_t)(want.measure * 1e9)) fall_behind(&nanos, &used);
  measuring = false;
  double micros = (double)used / 1000 / (double)seen.measured;
  return (struct result){.seconds = (double)nanos / 1e9,
                         .cpu_share = (double)used / (double)nanos,
                         .whole_micros = micros,
                         .middle_micros = micros};
}

static void publish_all(void) {
  publishing = true;
  first_publications();
  uint64_t all = (uint64_t)want.total * (uint64_t)(want.connections - want.number_apart);
  while (seen.deliveries < all) turn(100);
  publishing = false;
}

static void hold(void) {
  printf("holding %d\n", want.connections);
  fflush(stdout);
  struct pollfd end = {.fd = STDIN_FILENO, .events = POLLIN};
  while (poll(&end, 1, 0) == 0) turn(100);
}

int main(int count, char **arguments) {
  read_arguments(count, arguments);
  alarm(GUARD_SECONDS);
  start_meter(&meter, want.server);
  connect_all();
  if (want.total > 0) publish_all();
  if (want.hold || want.total > 0) {
    hold();
    return 0;
  }
  struct result result = want.behind > 0 ? measure_catching_up() : measure();
  uint64_t lost = missing();
  print_result(&result, lost);
  uint64_t wrong = lost | seen.skipped | seen.doubled | seen.disordered | seen.gaps;
  return want.verify && wrong != 0 ? 5 : 0;
}
