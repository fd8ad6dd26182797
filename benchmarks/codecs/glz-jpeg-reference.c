/* Plain C to measure against: GLZ of rgb32 images, and the system's libjpeg at quality 85.
 * glz-jpeg-reference SECONDS PIXELS WIDTH HEIGHT prints "reference NAME MB/S BYTES" for each. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <jpeglib.h>

enum { TABLE = 1 << 20 };
typedef struct { uint32_t image, index; } Candidate;
typedef struct { const uint32_t *pixels; uint32_t count; } Image;

static Candidate *table;
static Image images[2];

static uint32_t hash(const uint32_t *p) {
  uint32_t h = 5381;
  for (int i = 0; i < 3; i++) {
    h = h * 33 ^ (p[i] >> 16 & 255);
    h = h * 33 ^ (p[i] >> 8 & 255);
    h = h * 33 ^ (p[i] & 255);
  }
  return h & (TABLE - 1);
}

static int same(uint32_t a, uint32_t b) { return (a ^ b) << 8 == 0; }

static uint8_t *literal(uint8_t *out, uint32_t pixel) {
  out[0] = pixel;
  out[1] = pixel >> 8;
  out[2] = pixel >> 16;
  return out + 3;
}

static uint8_t *match(uint8_t *out, uint32_t length, uint32_t image, uint32_t place) {
  int far = place >= 4096;
  *out++ = (length < 7 ? length : 7) << 5 | far << 4 | (place & 15);
  if (length >= 7) {
    for (length -= 7; length >= 255; length -= 255) *out++ = 255;
    *out++ = length;
  }
  *out++ = place >> 4;
  int more = far ? image > 0 : image >= 64;
  *out++ = far ? more << 6 | (place >= 1 << 17) << 5 | (place >> 12 & 31) : more << 6 | (image & 63);
  if (more) *out++ = far ? image : image >> 6;
  if (far && place >= 1 << 17) *out++ = place >> 17;
  return out;
}

/* Images have ids 0 and 1 and are one segment each. */
static size_t glz(uint32_t id, uint8_t *start_of_output) {
  const uint32_t *start = images[id].pixels, *end = start + images[id].count;
  const uint32_t *bound = end - 2, *limit = end - 6, *ip = start;
  uint8_t *out = start_of_output, *count = out;
  uint32_t copy = 0;
  *out++ = 31;
  table[hash(ip)] = (Candidate){id, 0};
  for (; copy < 2; copy++) out = literal(out, *ip++);
  while (ip < limit) {
    const uint32_t *anchor = ip;
    uint32_t length = 0, back = 0, place = 1;
    if (ip > start && same(ip[-1], ip[0]) && same(ip[0], ip[1]) && same(ip[1], ip[2])) {
      for (length = 3; ip + length < bound && same(ip[length], *ip);) length++;
    } else {
      Candidate *entry = &table[hash(ip)], candidate = *entry;
      *entry = (Candidate){id, ip - start};
      const Image *other = &images[candidate.image];
      if (candidate.image <= id && other->count > 1 && candidate.index <= other->count - 2) {
        const uint32_t *ref = other->pixels + candidate.index, *ref_end = other->pixels + other->count;
        back = id - candidate.image;
        int32_t distance = back ? (int32_t)candidate.index : (int32_t)(ip - ref);
        if (distance > 0 && same(ref[0], ip[0]) && same(ref[1], ip[1])) {
          place = distance;
          for (length = 2; ip + length < bound && ref + length < ref_end && same(ref[length], ip[length]);) length++;
          uint32_t cost = 3 + (place >= 4096 && back > 0) + (place >= 1 << 17);
          if (length <= 2 && length < cost / 3 + 1) length = 0;
        }
      }
    }
    if (length == 0) {
      out = literal(out, *ip++);
      if (++copy == 32) {
        copy = 0;
        count = out;
        *out++ = 31;
      }
      continue;
    }
    if (copy > 0) *count = copy - 1;
    else out--;
    copy = 0;
    out = match(out, length, back, back ? place : place - 1);
    ip = anchor + length - 2;
    if (ip > anchor) table[hash(ip)] = (Candidate){id, ip - start};
    ip++;
    if (ip > anchor) table[hash(ip)] = (Candidate){id, ip - start};
    ip++;
    count = out;
    *out++ = 31;
  }
  while (ip < end) {
    out = literal(out, *ip++);
    if (++copy == 32) {
      copy = 0;
      count = out;
      *out++ = 31;
    }
  }
  if (copy > 0) *count = copy - 1;
  else out--;
  return out - start_of_output;
}

static size_t jpeg(const uint8_t *pixels, int width, int height, uint8_t *out, size_t room) {
  struct jpeg_compress_struct c;
  struct jpeg_error_mgr errors;
  unsigned long bytes = room;
  c.err = jpeg_std_error(&errors);
  jpeg_create_compress(&c);
  jpeg_mem_dest(&c, &out, &bytes);
  c.image_width = width;
  c.image_height = height;
  c.input_components = 4;
  c.in_color_space = JCS_EXT_BGRX;
  jpeg_set_defaults(&c);
  jpeg_set_quality(&c, 85, TRUE);
  jpeg_start_compress(&c, TRUE);
  while (c.next_scanline < c.image_height) {
    JSAMPROW row = (JSAMPROW)pixels + (size_t)c.next_scanline * width * 4;
    jpeg_write_scanlines(&c, &row, 1);
  }
  jpeg_finish_compress(&c);
  jpeg_destroy_compress(&c);
  return bytes;
}

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + t.tv_nsec * 1e-9;
}

int main(int argc, char **argv) {
  if (argc != 5) return 2;
  double seconds = atof(argv[1]);
  int width = atoi(argv[3]), height = atoi(argv[4]);
  size_t size = (size_t)width * height * 4;
  uint8_t *pixels = malloc(size + 64), *out = malloc(size * 2 + 65536);
  FILE *file = fopen(argv[2], "rb");
  if (!file || fread(pixels, 1, size, file) != size) return 1;
  table = malloc(sizeof(Candidate) * TABLE);
  for (int i = 0; i < 2; i++) images[i] = (Image){(uint32_t *)pixels, size / 4};
  const char *names[] = {"glz", "glz-again", "jpeg"};
  for (int codec = 0; codec < 3; codec++) {
    double best = 1e9;
    size_t bytes = 0;
    for (double stop = now() + seconds; now() < stop;) {
      if (codec < 2) memset(table, 0, sizeof(Candidate) * TABLE);
      if (codec == 1) glz(0, out);
      double start = now();
      bytes = codec == 2 ? jpeg(pixels, width, height, out, size * 2) : 33 + glz(codec, out);
      double took = now() - start;
      if (took < best) best = took;
    }
    printf("reference %s %.1f %zu\n", names[codec], size / best / 1e6, bytes);
  }
  return 0;
}
