// GNU readline for Swift: what of it are variables or macros, and its callbacks, as functions.
// libedit offers the same calls (<editline/readline.h>, link "edit"); PETA_LIBEDIT marks what it lacks.
#pragma once
#include <stdio.h>
#include <stdlib.h>
#ifdef PETA_LIBEDIT
#include <editline/readline.h>
#else
#include <readline/readline.h>
#include <readline/history.h>
#endif

// Once, before the first line. The completer gets what stands between start and end of the line; signals are the caller's.
static inline void peta_rl_setup(FILE *output, rl_completion_func_t *completer, const char *quotes, const char *quoted) {
    rl_readline_name = "peta";
    rl_instream = stdin;
    rl_outstream = output;
    rl_catch_signals = 0;
#ifndef PETA_LIBEDIT
    rl_catch_sigwinch = 0;
    rl_change_environment = 0;
#endif
    rl_attempted_completion_function = completer;
    rl_completer_word_break_characters = (char *)" \t\n";
    rl_completer_quote_characters = (char *)quotes;
#ifndef PETA_LIBEDIT
    rl_filename_quote_characters = quoted;
    rl_variable_bind("bell-style", "none");
    rl_variable_bind("page-completions", "off");
    rl_variable_bind("completion-query-items", "200");
    rl_variable_bind("show-all-if-ambiguous", "on");
#else
    (void)quoted;
#endif
}

static inline FILE *peta_stdout(void) { return stdout; }
static inline FILE *peta_stderr(void) { return stderr; }

// The terminal may have another size since the last line.
static inline void peta_rl_take_size(void) {
#ifdef PETA_LIBEDIT
    rl_resize_terminal();
#else
    rl_reset_screen_size();
#endif
}

// The line as it stands, and where the cursor is in it, in bytes.
static inline const char *peta_rl_line(void) { return rl_line_buffer; }
static inline int peta_rl_point(void) { return rl_point; }

// No file names where the completer found nothing.
static inline void peta_rl_no_file_names(void) { rl_attempted_completion_over = 1; }
static inline void peta_rl_file_names(void) { rl_attempted_completion_over = 0; }

// Forgets what of the current line is not typed to its end: search, macro, undo.
static inline void peta_rl_forget_line(void) {
#ifndef PETA_LIBEDIT
    rl_free_line_state();
    rl_callback_sigcleanup();
#endif
}

// The cursor goes behind the last character, so that what is written next stands there.
static inline void peta_rl_leave_line(void) {
    rl_point = rl_end;
    rl_redisplay();
    fflush(rl_outstream);
}

// The cursor has been moved to the first column of an empty line by somebody else.
static inline void peta_rl_redraw(void) {
#ifndef PETA_LIBEDIT
    rl_on_new_line();
    rl_forced_update_display();
#else
    rl_forced_update_display();
#endif
}

// Not in the middle of a search, an argument or a key of several bytes.
static inline int peta_rl_is_plain(void) {
#ifndef PETA_LIBEDIT
    return !RL_ISSTATE(RL_STATE_ISEARCH | RL_STATE_NSEARCH | RL_STATE_NUMERICARG | RL_STATE_MULTIKEY | RL_STATE_METANEXT | RL_STATE_VIMOTION);
#else
    return 0;
#endif
}

// Another prompt for the line that is being typed.
static inline void peta_rl_replace_prompt(const char *prompt) {
    rl_set_prompt(prompt);
    rl_redisplay();
}
