// The least that any implementation must do for `secrets run`: read the files, hash them, open the
// reader's key, open each value, become the command. No signature, right or rule is looked at.
//
//     floor SEALED TEAM IDENTITY MEMBER COMMAND
//
// IDENTITY is one without a passphrase. Numbers of sections are those of docs/format.md.

#define _GNU_SOURCE
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define VALUE_LABEL "secrets/1 value\n"
#define KEY_LABEL "secrets/1 data key"
#define BLOCK 64
#define LONGEST (1 << 16)

struct text {
  char *start;
  size_t length;
};

static void stop(const char *what) {
  fprintf(stderr, "floor: %s\n", what);
  exit(1);
}

static struct text contents(const char *path) {
  int file = open(path, O_RDONLY);
  struct stat status;
  if (file < 0 || fstat(file, &status)) stop(path);
  struct text text = {malloc((size_t)status.st_size + 1), (size_t)status.st_size};
  if (!text.start || read(file, text.start, text.length) != status.st_size) stop(path);
  text.start[text.length] = '\0';
  close(file);
  return text;
}

static size_t decoded(unsigned char *out, const char *base64, size_t length) {
  size_t size;
  if (sodium_base642bin(out, LONGEST, base64, length, NULL, &size, NULL,
                        sodium_base64_VARIANT_URLSAFE_NO_PADDING))
    stop("not base64");
  return size;
}

// What stands behind `label` in a line, up to the next space or the line's end.
static struct text field(const char *line, size_t length, const char *label) {
  char *start = memmem(line, length, label, strlen(label));
  if (!start) stop(label);
  start += strlen(label);
  return (struct text){start, strcspn(start, " \n")};
}

// §4 `to`, §3: the data key out of the box that was made for the member.
static void data_key(unsigned char *key, struct text sealed, struct text identity,
                     const char *member) {
  unsigned char seed[LONGEST], public[32], secret[64], box_public[32], box_secret[32];
  struct text base64 = field(identity.start, identity.length, "\nseed ");
  if (decoded(seed, base64.start, base64.length) != 32) stop("seed");
  crypto_sign_seed_keypair(public, secret, seed);
  crypto_sign_ed25519_sk_to_curve25519(box_secret, secret);
  if (crypto_sign_ed25519_pk_to_curve25519(box_public, public)) stop("key");

  char label[300];
  snprintf(label, sizeof label, "\nto %s ", member);
  char *line = memmem(sealed.start, sealed.length, label, strlen(label));
  if (!line) stop("no box for the member");
  base64 = field(line + 1, strcspn(line + 1, "\n"), " box=");
  unsigned char box[LONGEST], opened[LONGEST];
  size_t size = decoded(box, base64.start, base64.length);
  if (crypto_box_seal_open(opened, box, size, box_public, box_secret)) stop("box");
  crypto_generichash(key, 32, (const unsigned char *)KEY_LABEL, strlen(KEY_LABEL),
                     opened + size - crypto_box_SEALBYTES - 32, 32);
}

int main(int count, char **arguments) {
  if (count != 6 || sodium_init() < 0) stop("usage: floor SEALED TEAM IDENTITY MEMBER COMMAND");
  struct text sealed = contents(arguments[1]), team = contents(arguments[2]);
  struct text identity = contents(arguments[3]);
  crypto_generichash_state state;
  unsigned char hash[32], key[32];
  crypto_generichash_init(&state, NULL, 0, sizeof hash);
  crypto_generichash_update(&state, (unsigned char *)team.start, team.length);
  crypto_generichash_update(&state, (unsigned char *)sealed.start, sealed.length);
  crypto_generichash_final(&state, hash, sizeof hash);
  data_key(key, sealed, identity, arguments[4]);

  // §4 `secret`: what a value is bound to begins with its place.
  static unsigned char bound[LONGEST], box[LONGEST], payload[LONGEST];
  struct text project = field(sealed.start, sealed.length, " project=");
  struct text environment = field(sealed.start, sealed.length, " env=");
  size_t place = (size_t)snprintf(
      (char *)bound, sizeof bound, VALUE_LABEL "%.*s\n%.*s\n", (int)project.length, project.start,
      (int)environment.length, environment.start);

  // A variable is shorter than its record, and a record longer than 100 bytes.
  char *arena = malloc(sealed.length);
  char **variables = malloc((sealed.length / 100 + 2) * sizeof(char *));
  if (!arena || !variables) stop("memory");
  size_t values = 0;
  char *end = sealed.start + sealed.length;
  for (char *line = sealed.start, *next; line < end; line = next + 1) {
    if (!(next = memchr(line, '\n', (size_t)(end - line)))) stop("no newline");
    if (next - line < 7 || memcmp(line, "secret ", 7)) continue;
    struct text base64 = field(line, (size_t)(next - line), " box=");
    size_t text = (size_t)(base64.start - line) - strlen(" box=");
    if (place + text > sizeof bound || base64.length > LONGEST) stop("line");
    memcpy(bound + place, line, text);
    size_t size = decoded(box, base64.start, base64.length), length;
    unsigned long long padded;
    if (size < 24 ||
        crypto_aead_xchacha20poly1305_ietf_decrypt(payload, &padded, NULL, box + 24, size - 24,
                                                   bound, place + text, box, key))
      stop("value");
    if (padded % BLOCK || sodium_unpad(&length, payload, padded, BLOCK)) stop("padding");
    size_t note = payload[1] | (size_t)payload[2] << 8 | (size_t)payload[3] << 16;
    size_t name = strcspn(line + 7, " ");
    variables[values++] = arena;
    arena = mempcpy(arena, line + 7, name);
    *arena++ = '=';
    arena = mempcpy(arena, payload + 5 + note, length - 5 - note);
    *arena++ = '\0';
  }
  variables[values] = NULL;
  execve(arguments[5], arguments + 5, variables);
  stop(arguments[5]);
}
