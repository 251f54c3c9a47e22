// WebSocket frames: as much of RFC 6455 as two programs need that measure a server.
#ifndef FRAMES_H
#define FRAMES_H

#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>

enum { TEXT = 1, CLOSE = 8, PING = 9, PONG = 10 };

// The longest header: two bytes, a length of eight, a mask of four.
enum { HEADER_ROOM = 14 };

// Both programs use the key and the answer that the RFC gives as its example, so that neither
// needs SHA-1.
#define UPGRADE_KEY "dGhlIHNhbXBsZSBub25jZQ=="
#define UPGRADE_ANSWER "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="

struct frame {
  int opcode;
  bool deflated;
  uint8_t *payload;
  size_t length;
  size_t total;  // header and payload
};

static inline size_t put_header(uint8_t *out, int opcode, size_t length) {
  out[0] = (uint8_t)(0x80 | opcode);
  if (length < 126) {
    out[1] = (uint8_t)length;
    return 2;
  }
  int bytes = length < 65536 ? 2 : 8;
  out[1] = bytes == 2 ? 126 : 127;
  for (int i = 0; i < bytes; i++) {
    out[2 + i] = (uint8_t)((uint64_t)length >> (8 * (bytes - 1 - i)));
  }
  return 2 + (size_t)bytes;
}

static inline void mask(uint8_t *payload, size_t length, const uint8_t key[4]) {
  for (size_t i = 0; i < length; i++) payload[i] ^= key[i & 3];
}

// A client's frame. A server sees no difference between this key and a random one.
static inline size_t put_masked(uint8_t *out, int opcode, const void *payload, size_t length) {
  static const uint8_t key[4] = {0x5c, 0xa1, 0x37, 0xe2};
  size_t header = put_header(out, opcode, length);
  out[1] |= 0x80;
  memcpy(out + header, key, 4);
  memcpy(out + header + 4, payload, length);
  mask(out + header + 4, length, key);
  return header + 4 + length;
}

// Looks at the first frame of these bytes and unmasks it; false if it has not come whole.
static inline bool take_frame(uint8_t *bytes, size_t available, struct frame *frame) {
  if (available < 2) return false;
  size_t header = 2;
  uint64_t length = bytes[1] & 127;
  int wide = length == 126 ? 2 : length == 127 ? 8 : 0;
  if (wide > 0) {
    header += (size_t)wide;
    if (available < header) return false;
    length = 0;
    for (int i = 0; i < wide; i++) length = length << 8 | bytes[2 + i];
  }
  bool masked = bytes[1] & 0x80;
  if (masked) header += 4;
  if (available < header || available - header < length) return false;
  frame->opcode = bytes[0] & 15;
  frame->deflated = bytes[0] & 0x40;
  frame->payload = bytes + header;
  frame->length = length;
  frame->total = header + length;
  if (masked) mask(frame->payload, length, bytes + header - 4);
  return true;
}

// Sends everything, waiting for the peer where it must; false if the peer is gone.
static inline bool send_all(int fd, const uint8_t *bytes, size_t length) {
  while (length > 0) {
    ssize_t sent = send(fd, bytes, length, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent < 0 && errno == EAGAIN) {
      struct pollfd writable = {.fd = fd, .events = POLLOUT};
      if (poll(&writable, 1, 5000) != 1) return false;
    } else if (sent < 0) {
      return false;
    } else {
      bytes += sent;
      length -= (size_t)sent;
    }
  }
  return true;
}

#endif
