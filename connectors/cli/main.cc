#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include "connectors/cli/app.h"

namespace {

// A standard stream that came closed would give its number to the next file that is opened, perhaps
// a journal, and output would be written into it. For reading only, so that writing fails and is
// told.
void occupy_standard_streams() {
  int descriptor = 0;
  while (descriptor >= 0 && descriptor <= STDERR_FILENO) descriptor = ::open("/dev/null", O_RDONLY);
  if (descriptor >= 0) ::close(descriptor);
}

}  // namespace

int main(int argc, char** argv) {
  occupy_standard_streams();
  signal(SIGPIPE, SIG_IGN);  // a reader that went away is told by write()
  signal(SIGXFSZ, SIG_IGN);  // and so is a file that may not grow (ulimit -f): like a full disk
  tocsin::Console console;
  return tocsin::run_app(argc, argv, console);
}
