/* The bytes at which a run of plain ones in a JSON string ends, by instructions of the processor that Swift cannot name. */
#ifndef CONVERTLEAD_JSON_SPECIALS_H
#define CONVERTLEAD_JSON_SPECIALS_H

#include <stdint.h>

#if defined(__SSE2__)
#include <emmintrin.h>
#elif defined(__aarch64__)
#include <arm_neon.h>
#endif

/* A bit for each of the 16 bytes from `bytes` on, the lowest for the first: whether it is a quote, a backslash or a control character. */
static inline __attribute__((always_inline)) uint32_t convertlead_json_specials(const uint8_t *bytes) {
#if defined(__SSE2__)
    __m128i text = _mm_loadu_si128((const __m128i *)(const void *)bytes);
    __m128i last = _mm_set1_epi8(0x1F);
    __m128i specials = _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(text, _mm_set1_epi8('"')), _mm_cmpeq_epi8(text, _mm_set1_epi8('\\'))),
                                    _mm_cmpeq_epi8(_mm_max_epu8(text, last), last));
    return (uint32_t)_mm_movemask_epi8(specials);
#elif defined(__aarch64__)
    static const uint8_t weights[16] = {1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128};
    uint8x16_t text = vld1q_u8(bytes);
    uint8x16_t specials = vorrq_u8(vorrq_u8(vceqq_u8(text, vdupq_n_u8('"')), vceqq_u8(text, vdupq_n_u8('\\'))), vcltq_u8(text, vdupq_n_u8(0x20)));
    uint8x16_t bits = vandq_u8(specials, vld1q_u8(weights));
    return (uint32_t)vaddv_u8(vget_low_u8(bits)) | (uint32_t)vaddv_u8(vget_high_u8(bits)) << 8;
#else
    uint32_t specials = 0;
    for (int index = 0; index < 16; index++)
        specials |= (uint32_t)(bytes[index] == '"' || bytes[index] == '\\' || bytes[index] < 0x20) << index;
    return specials;
#endif
}

#endif
