/* SHA-256 by instructions of the processor, which Swift cannot name. Source: FIPS 180-4, section 6.2. */
#ifndef CONVERTLEAD_SHA256_H
#define CONVERTLEAD_SHA256_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Takes `count` blocks of 64 bytes into the working words a to h, with the constants of the 64 rounds. Returns false, and changes nothing, where the processor has no
   instructions for SHA-256. */
bool convertlead_sha256_blocks(uint32_t state[8], const uint8_t *blocks, size_t count,
                               const uint32_t constants[64]);

#endif
