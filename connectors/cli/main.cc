#include <signal.h>

#include "connectors/cli/app.h"

int main(int argc, char** argv) {
  signal(SIGPIPE, SIG_IGN);  // a reader that went away is told by write()
  tocsin::Console console;
  return tocsin::run_app(argc, argv, console);
}
