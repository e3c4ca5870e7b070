#include "sha256.h"

#if defined(__x86_64__)
#include <cpuid.h>
#include <immintrin.h>
#include <stdatomic.h>
#define HAS_WAY 1
#elif defined(__aarch64__) && defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ && \
    (defined(__ARM_FEATURE_SHA2) || defined(__APPLE__) || defined(__linux__))
#include <arm_neon.h>
#if !defined(__ARM_FEATURE_SHA2) && !defined(__APPLE__)
#include <sys/auxv.h>
#endif
#define HAS_WAY 1
#endif

#if !defined(HAS_WAY)

bool convertlead_sha256_blocks(uint32_t state[8], const uint8_t *blocks, size_t count, const uint32_t constants[64]) {
    (void)state;
    (void)blocks;
    (void)count;
    (void)constants;
    return false;
}

#else

#if defined(__x86_64__)

/* SHA, SSSE3 and SSE4.1. The CPUID instruction leaves a virtual machine, which takes microseconds, so it runs once. */
static bool has_instructions(void) {
    enum { unknown, no, yes };
    static atomic_int answer = unknown;
    int known = atomic_load_explicit(&answer, memory_order_relaxed);
    if (known == unknown) {
        unsigned eax, ebx, ecx, edx, ebx7, ecx7;
        bool found = __get_cpuid(1, &eax, &ebx, &ecx, &edx) && __get_cpuid_count(7, 0, &eax, &ebx7, &ecx7, &edx) &&
                     (ecx & 1u << 9) && (ecx & 1u << 19) && (ebx7 & 1u << 29);
        known = found ? yes : no;
        atomic_store_explicit(&answer, known, memory_order_relaxed);
    }
    return known == yes;
}

/* The instructions want the words as a, b, e, f and c, d, g, h, each from the highest lane down. */
__attribute__((target("sha,sse4.1"))) static void take(uint32_t state[8], const uint8_t *block, size_t count,
                                                       const uint32_t constants[64]) {
    const __m128i bigEndian = _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203);
    __m128i abcd = _mm_shuffle_epi32(_mm_loadu_si128((const __m128i *)state), 0xB1);
    __m128i efgh = _mm_shuffle_epi32(_mm_loadu_si128((const __m128i *)(state + 4)), 0x1B);
    __m128i abef = _mm_alignr_epi8(abcd, efgh, 8);
    __m128i cdgh = _mm_blend_epi16(efgh, abcd, 0xF0);
    for (; count > 0; count--, block += 64) {
        const __m128i abefBefore = abef, cdghBefore = cdgh;
        __m128i words[4];
        for (int group = 0; group < 4; group++)
            words[group] = _mm_shuffle_epi8(_mm_loadu_si128((const __m128i *)(block + 16 * group)), bigEndian);
#pragma GCC unroll 16
        for (int group = 0; group < 16; group++) {
            /* Words of this group, and of the three after it. */
            const __m128i w0 = words[group % 4], w1 = words[(group + 1) % 4];
            const __m128i w2 = words[(group + 2) % 4], w3 = words[(group + 3) % 4];
            __m128i sum = _mm_add_epi32(w0, _mm_loadu_si128((const __m128i *)(constants + 4 * group)));
            cdgh = _mm_sha256rnds2_epu32(cdgh, abef, sum);
            abef = _mm_sha256rnds2_epu32(abef, cdgh, _mm_shuffle_epi32(sum, 0x0E));
            if (group < 12)
                words[group % 4] = _mm_sha256msg2_epu32(
                    _mm_add_epi32(_mm_sha256msg1_epu32(w0, w1), _mm_alignr_epi8(w3, w2, 4)), w3);
        }
        abef = _mm_add_epi32(abef, abefBefore);
        cdgh = _mm_add_epi32(cdgh, cdghBefore);
    }
    __m128i feba = _mm_shuffle_epi32(abef, 0x1B), dchg = _mm_shuffle_epi32(cdgh, 0xB1);
    _mm_storeu_si128((__m128i *)state, _mm_blend_epi16(feba, dchg, 0xF0));
    _mm_storeu_si128((__m128i *)(state + 4), _mm_alignr_epi8(dchg, feba, 8));
}

#else

static bool has_instructions(void) {
#if defined(__ARM_FEATURE_SHA2) || defined(__APPLE__)
    return true;
#else
    /* HWCAP_SHA2 of Linux's asm/hwcap.h. */
    return getauxval(AT_HWCAP) & 1ul << 6;
#endif
}

__attribute__((target("sha2"))) static void take(uint32_t state[8], const uint8_t *block, size_t count,
                                                 const uint32_t constants[64]) {
    uint32x4_t abcd = vld1q_u32(state), efgh = vld1q_u32(state + 4);
    for (; count > 0; count--, block += 64) {
        const uint32x4_t abcdBefore = abcd, efghBefore = efgh;
        uint32x4_t words[4];
        for (int group = 0; group < 4; group++)
            words[group] = vreinterpretq_u32_u8(vrev32q_u8(vld1q_u8(block + 16 * group)));
#pragma GCC unroll 16
        for (int group = 0; group < 16; group++) {
            /* Words of this group, and of the three after it. */
            const uint32x4_t w0 = words[group % 4], w1 = words[(group + 1) % 4];
            const uint32x4_t w2 = words[(group + 2) % 4], w3 = words[(group + 3) % 4];
            const uint32x4_t sum = vaddq_u32(w0, vld1q_u32(constants + 4 * group)), abcdRound = abcd;
            abcd = vsha256hq_u32(abcd, efgh, sum);
            efgh = vsha256h2q_u32(efgh, abcdRound, sum);
            if (group < 12) words[group % 4] = vsha256su1q_u32(vsha256su0q_u32(w0, w1), w2, w3);
        }
        abcd = vaddq_u32(abcd, abcdBefore);
        efgh = vaddq_u32(efgh, efghBefore);
    }
    vst1q_u32(state, abcd);
    vst1q_u32(state + 4, efgh);
}

#endif

bool convertlead_sha256_blocks(uint32_t state[8], const uint8_t *blocks, size_t count, const uint32_t constants[64]) {
    if (!has_instructions()) return false;
    take(state, blocks, count, constants);
    return true;
}

#endif
