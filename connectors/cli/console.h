// Standard output and error of a command.
//
// Output is buffered, errors are not. Once output cannot be written, line() says so and the command
// should end; finish() then tells why, unless the reader only went away (`| head`). One thread uses
// a Console at a time.
#pragma once

#include <string>
#include <string_view>

#include "connectors/cli/exit_code.h"
#include "engine/result.h"

namespace tocsin {

class Console {
 public:
  explicit Console(int out = 1, int err = 2);
  ~Console();
  Console(const Console&) = delete;

  // Writes `text` and a line end. False once nothing can be written any more.
  bool line(std::string_view text);
  // Writes out what is buffered.
  bool flush();
  // False once nothing can be written to standard output any more.
  bool open() const { return write_error_ == 0; }

  // The exit code of a command that ended with `code`: another one when its output was lost, which
  // is told here.
  ExitCode finish(ExitCode code);

  // A line on standard error; a progress bar steps aside.
  void note(std::string_view text);
  // "tocsin: what failed" and what to do about it; returns the exit code that fits.
  ExitCode fail(const Error& error);
  ExitCode usage(std::string_view what, std::string_view remedy = {});

  // Replaces the line that the cursor stands in; only when standard error is a terminal. Empty:
  // erases it.
  void status(std::string_view text);

  bool out_is_terminal() const { return out_is_terminal_; }
  bool err_is_terminal() const { return err_is_terminal_; }

 private:
  const int out_;
  const int err_;
  const bool out_is_terminal_;
  const bool err_is_terminal_;
  int write_error_ = 0;  // errno of the first write to standard output that failed
  bool status_shown_ = false;
  std::string buffer_;
};

// `text` in a colour (an SGR parameter such as "31") when `coloured`.
std::string colour(std::string_view text, std::string_view sgr, bool coloured);

// Without control characters, which a terminal would obey. For texts that came with records or
// policies.
std::string printable(std::string_view text);
// The same, but line ends stay.
std::string printable_lines(std::string_view text);

}  // namespace tocsin
