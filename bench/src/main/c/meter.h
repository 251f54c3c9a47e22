// What load.c measures with: a histogram of latencies, and the CPU time of the server's process.
#ifndef METER_H
#define METER_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>

static inline uint64_t nanos_of(clockid_t clock) {
  struct timespec time;
  if (clock_gettime(clock, &time) != 0) return 0;
  return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

static inline uint64_t now_nanos(void) { return nanos_of(CLOCK_MONOTONIC); }

// Each power of two is cut into 64 parts: a value is known to within 1.6 %.
enum { PARTS = 64, PART_BITS = 6, POWERS = 64 - PART_BITS };

struct histogram {
  uint64_t counts[POWERS * PARTS];
  uint64_t total, largest;
};

static inline void record_value(struct histogram *histogram, uint64_t value) {
  int power = value < PARTS ? 0 : 64 - PART_BITS - __builtin_clzll(value);
  uint64_t part = power == 0 ? value : (value >> (power - 1)) & (PARTS - 1);
  histogram->counts[(size_t)power * PARTS + part]++;
  histogram->total++;
  if (value > histogram->largest) histogram->largest = value;
}

static inline double quantile(const struct histogram *histogram, double share) {
  uint64_t wanted = (uint64_t)((double)histogram->total * share);
  uint64_t seen = 0;
  for (size_t i = 0; i < POWERS * PARTS; i++) {
    seen += histogram->counts[i];
    if (seen > wanted) {
      size_t power = i / PARTS;
      uint64_t part = i % PARTS;
      return (double)(power == 0 ? part : (PARTS + part) << (power - 1));
    }
  }
  return (double)histogram->largest;
}

// The cost of a delivery is taken over short windows, and their median quoted: a neighbour on the
// machine, or a collection of garbage, spoils a window and not the measurement.
enum { WINDOWS = 8192, FEWEST_DELIVERIES = 50 };
#define WINDOW_NANOS 40000000u

struct cpu_meter {
  pid_t process;
  clockid_t clock;
  uint64_t window_ends, cpu_then, deliveries_then;
  double costs[WINDOWS];  // microseconds per delivery
  int windows;
};

// The process's CPU time in clock ticks: user mode and kernel.
static inline void read_ticks(pid_t process, unsigned long *user, unsigned long *kernel) {
  char path[64], text[1024];
  *user = *kernel = 0;
  snprintf(path, sizeof path, "/proc/%d/stat", (int)process);
  FILE *file = fopen(path, "r");
  if (file == NULL) return;
  text[fread(text, 1, sizeof text - 1, file)] = 0;
  fclose(file);
  const char *after_name = strrchr(text, ')');
  if (after_name != NULL) {
    sscanf(after_name + 2, "%*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", user, kernel);
  }
}

static inline void start_meter(struct cpu_meter *meter, pid_t process) {
  meter->process = process;
  if (process == 0 || clock_getcpuclockid(process, &meter->clock) != 0) meter->process = 0;
}

static inline uint64_t cpu_nanos(const struct cpu_meter *meter) {
  return meter->process == 0 ? 0 : nanos_of(meter->clock);
}

// To be called again and again while measuring; ends a window when its time has come.
static inline void tick_meter(struct cpu_meter *meter, uint64_t now, uint64_t deliveries) {
  if (now < meter->window_ends) return;
  uint64_t cpu = cpu_nanos(meter);
  uint64_t delivered = deliveries - meter->deliveries_then;
  if (meter->window_ends != 0 && delivered >= FEWEST_DELIVERIES && meter->windows < WINDOWS) {
    double used = (double)(cpu - meter->cpu_then);
    meter->costs[meter->windows++] = used / 1000 / (double)delivered;
  }
  meter->window_ends = now + WINDOW_NANOS;
  meter->cpu_then = cpu;
  meter->deliveries_then = deliveries;
}

static inline int by_size(const void *left, const void *right) {
  double a = *(const double *)left, b = *(const double *)right;
  return (a > b) - (a < b);
}

static inline double median_cost(struct cpu_meter *meter) {
  if (meter->windows == 0) return 0;
  qsort(meter->costs, (size_t)meter->windows, sizeof(double), by_size);
  return meter->costs[meter->windows / 2];
}

#endif
