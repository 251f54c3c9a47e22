// The machine's limit: a WebSocket server that does nothing but send the same frame to every
// subscriber. What it costs per delivery, no server on this machine can undercut by much.
//
//   limit send|batch [PORT]
//
//   send   one send per subscriber and message
//   batch  everything published in one turn of the loop in one send per subscriber
//
// It prints `limit ready PORT`, and ends with the process that started it.
//
// What a client may say: `S5` subscribes it to channel 5 and is answered `s`; `P5 bytes` sends the
// bytes to the subscribers of channel 5. A client that breaks a rule is not told: only load.c
// speaks to this.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "frames.h"

enum { CONNECTIONS = 65536, CHANNELS = 16384, READ_ROOM = 1 << 18, EVENTS = 256 };
enum { NO_CHANNEL = -1, LIFETIME_SECONDS = 3600 };

struct connection {
  int fd;
  int channel;
  int place;  // among its channel's receivers
  bool upgraded;
  uint8_t *rest;  // an unfinished frame
  size_t rest_length;
};

struct bytes {
  uint8_t *at;
  size_t length, room;
};

struct channel {
  struct connection **receivers;
  int count, room;
  struct bytes pending;  // frames published in this turn
};

static struct connection *connections[CONNECTIONS];  // by descriptor
static struct channel channels[CHANNELS];
static int published[CHANNELS];  // the channels with something pending
static int published_count;
static bool batching;

static void append(struct bytes *to, const uint8_t *from, size_t length) {
  if (to->length + length > to->room) {
    to->room = (to->length + length) * 2;
    to->at = realloc(to->at, to->room);
  }
  memcpy(to->at + to->length, from, length);
  to->length += length;
}

// What this program is for.
static void fan_out(const struct channel *channel, const uint8_t *bytes, size_t length) {
  for (int i = 0; i < channel->count; i++) {
    int fd = channel->receivers[i]->fd;
    ssize_t sent = send(fd, bytes, length, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent != (ssize_t)length) {
      size_t done = sent < 0 ? 0 : (size_t)sent;
      send_all(fd, bytes + done, length - done);
    }
  }
}

static void fan_out_pending(void) {
  for (int i = 0; i < published_count; i++) {
    struct channel *channel = &channels[published[i]];
    fan_out(channel, channel->pending.at, channel->pending.length);
    channel->pending.length = 0;
  }
  published_count = 0;
}

static void publish(int number, const uint8_t *payload, size_t length) {
  struct channel *channel = &channels[number];
  struct bytes *frames = &channel->pending;
  if (frames->length == 0) published[published_count++] = number;
  uint8_t header[HEADER_ROOM];
  append(frames, header, put_header(header, TEXT, length));
  append(frames, payload, length);
  if (!batching) fan_out_pending();
}

static void subscribe(struct connection *connection, int number) {
  struct channel *channel = &channels[number];
  if (channel->count == channel->room) {
    channel->room = channel->room == 0 ? 16 : channel->room * 2;
    channel->receivers = realloc(channel->receivers, (size_t)channel->room * sizeof(void *));
  }
  connection->channel = number;
  connection->place = channel->count;
  channel->receivers[channel->count++] = connection;
  static const uint8_t subscribed[] = {0x80 | TEXT, 1, 's'};
  send_all(connection->fd, subscribed, sizeof subscribed);
}

static void unsubscribe(struct connection *connection) {
  if (connection->channel == NO_CHANNEL) return;
  struct channel *channel = &channels[connection->channel];
  struct connection *last = channel->receivers[--channel->count];
  channel->receivers[connection->place] = last;
  last->place = connection->place;
}

static void on_message(struct connection *connection, const uint8_t *text, size_t length) {
  size_t at = 1;
  int number = 0;
  while (at < length && text[at] >= '0' && text[at] <= '9') {
    number = number * 10 + text[at++] - '0';
    if (number >= CHANNELS) return;
  }
  if (at < 2) return;
  if (text[0] == 'S' && connection->channel == NO_CHANNEL) {
    subscribe(connection, number);
  } else if (text[0] == 'P' && at < length) {
    publish(number, text + at + 1, length - at - 1);
  }
}

// How many bytes of the request were taken: all of it, or none yet.
static size_t upgrade(struct connection *connection, const uint8_t *bytes, size_t length) {
  const uint8_t *end = memmem(bytes, length, "\r\n\r\n", 4);
  if (end == NULL) return 0;
  static const char answer[] =
      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
      "Sec-WebSocket-Accept: " UPGRADE_ANSWER "\r\n\r\n";
  send_all(connection->fd, (const uint8_t *)answer, sizeof answer - 1);
  connection->upgraded = true;
  return (size_t)(end + 4 - bytes);
}

static void take_in(struct connection *connection, uint8_t *bytes, size_t length) {
  size_t at = connection->upgraded ? 0 : upgrade(connection, bytes, length);
  struct frame frame;
  while (connection->upgraded && take_frame(bytes + at, length - at, &frame)) {
    if (frame.opcode == TEXT) on_message(connection, frame.payload, frame.length);
    at += frame.total;
  }
  connection->rest_length = length - at;
  connection->rest = realloc(connection->rest, connection->rest_length + 1);
  memcpy(connection->rest, bytes + at, connection->rest_length);
}

static void end(struct connection *connection) {
  unsubscribe(connection);
  connections[connection->fd] = NULL;
  close(connection->fd);
  free(connection->rest);
  free(connection);
}

static void on_readable(struct connection *connection) {
  static uint8_t room[READ_ROOM];
  size_t kept = connection->rest_length;
  memcpy(room, connection->rest, kept);
  ssize_t got = recv(connection->fd, room + kept, READ_ROOM - kept, MSG_DONTWAIT);
  if (got > 0) {
    take_in(connection, room, kept + (size_t)got);
  } else if (got == 0 || errno != EAGAIN) {
    end(connection);
  }
}

static void watch(int loop, int fd) {
  struct epoll_event readable = {.events = EPOLLIN, .data.fd = fd};
  epoll_ctl(loop, EPOLL_CTL_ADD, fd, &readable);
}

static void accept_all(int loop, int listener) {
  int fd;
  while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0) {
    if (fd >= CONNECTIONS) {
      close(fd);
      continue;
    }
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
    struct connection *connection = calloc(1, sizeof *connection);
    *connection = (struct connection){.fd = fd, .channel = NO_CHANNEL, .rest = malloc(1)};
    connections[fd] = connection;
    watch(loop, fd);
  }
}

static int listen_on(int port) {
  int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &(int){1}, sizeof(int));
  struct sockaddr_in address = {
      .sin_family = AF_INET,
      .sin_port = htons((uint16_t)port),
      .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t length = sizeof address;
  if (bind(listener, (struct sockaddr *)&address, length) != 0 || listen(listener, 4096) != 0) {
    perror("limit");
    exit(1);
  }
  getsockname(listener, (struct sockaddr *)&address, &length);
  printf("limit ready %d\n", ntohs(address.sin_port));
  fflush(stdout);
  return listener;
}

static void serve(int listener) {
  int loop = epoll_create1(0);
  watch(loop, listener);
  struct epoll_event events[EVENTS];
  for (;;) {
    int count = epoll_wait(loop, events, EVENTS, -1);
    for (int i = 0; i < count; i++) {
      int fd = events[i].data.fd;
      if (fd == listener) {
        accept_all(loop, listener);
      } else if (connections[fd] != NULL) {
        on_readable(connections[fd]);
      }
    }
    fan_out_pending();
  }
}

int main(int count, char **arguments) {
  batching = count > 1 && strcmp(arguments[1], "batch") == 0;
  if (count < 2 || (!batching && strcmp(arguments[1], "send") != 0)) {
    fputs("usage: limit send|batch [PORT]\n", stderr);
    return 2;
  }
  prctl(PR_SET_PDEATHSIG, SIGTERM);
  alarm(LIFETIME_SECONDS);
  serve(listen_on(count > 2 ? atoi(arguments[2]) : 0));
}
