// The clients of a load: what they are told to do, and what they have seen. One thread owns it all.
#ifndef CLIENTS_H
#define CLIENTS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "meter.h"

enum { SMALLEST = 64, LARGEST = 1 << 16, PUBLISHERS = 16 };

// How the last of the connections, which take no part, keep out of it.
enum apart {
  STALLED,    // they read nothing
  SPENT,      // they subscribe without credit
  ELSEWHERE,  // they subscribe to a channel where nothing is said
};

// From the command line; load.c says what each means.
struct wishes {
  int port, connections, channels, bytes, window, publishers, credit;
  int number_apart, behind, total;
  pid_t server;
  enum apart apart;
  bool limit, verify, hold, deflate, json, filter;
  double rate, warm, measure;
  const char *label, *token;
};

// What all clients together have seen.
struct seen {
  uint64_t deliveries;
  uint64_t measured;  // deliveries while measuring
  uint64_t bytes;     // of all deliveries' frames
  uint64_t receipts;
  uint64_t doubled, skipped, disordered, gaps;
  struct histogram latencies;  // while measuring
};

extern struct wishes want;
extern struct seen seen;
extern bool publishing;  // whether the end of one publication begins the next
extern bool measuring;

// Connects and subscribes everybody, or ends the program.
void connect_all(void);

// Publishes to a channel; `when` is the time its latency counts from.
void publish(int channel, uint64_t when);

// Lets everybody who has no credit receive so many messages.
void grant_all(int messages);

// Serves whatever is ready, waiting for it so long; how many connections that were.
int turn(int timeout_millis);

// Waits for what is on its way; how many deliveries never came.
uint64_t missing(void);

#endif
