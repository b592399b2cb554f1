/// Regular expressions that cannot run away: RE2, whose time is linear in the text and whose memory is bounded.
#ifndef CPETAREGEX_H
#define CPETAREGEX_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct peta_regex peta_regex;

/// Compiles an expression (UTF-8). NULL where it is none or needs more than `memory` bytes; `error` then holds why, cut to `capacity`, ended by 0.
peta_regex *peta_regex_make(const char *text, size_t count, long long memory, char *error, size_t capacity);

/// 1 if the expression is found anywhere in the text, 0 if not. On any thread.
int peta_regex_found(const peta_regex *regex, const char *text, size_t count);

/// Frees it.
void peta_regex_free(peta_regex *regex);

#ifdef __cplusplus
}
#endif

#endif
