#include "CPetaRegex.h"

#include <re2/re2.h>

#include <cstring>
#include <new>

struct peta_regex {
    re2::RE2 expression;
    peta_regex(const re2::StringPiece &text, const re2::RE2::Options &options) : expression(text, options) {}
};

static void explain(char *error, size_t capacity, const char *why) {
    if (capacity == 0) return;
    std::strncpy(error, why, capacity - 1);
    error[capacity - 1] = 0;
}

peta_regex *peta_regex_make(const char *text, size_t count, long long memory, char *error, size_t capacity) {
    re2::RE2::Options options;
    options.set_log_errors(false);
    options.set_max_mem(memory);
    options.set_dot_nl(true);
    peta_regex *regex = new (std::nothrow) peta_regex(re2::StringPiece(text, count), options);
    if (regex == nullptr) {
        explain(error, capacity, "out of memory");
        return nullptr;
    }
    if (regex->expression.ok()) return regex;
    explain(error, capacity, regex->expression.error().c_str());
    delete regex;
    return nullptr;
}

int peta_regex_found(const peta_regex *regex, const char *text, size_t count) {
    return re2::RE2::PartialMatch(re2::StringPiece(text, count), regex->expression) ? 1 : 0;
}

void peta_regex_free(peta_regex *regex) { delete regex; }
