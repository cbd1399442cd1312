#include "connectors/cli/signals.h"

#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include "connectors/cli/exit_code.h"

namespace tocsin {
namespace {

constexpr int kWakeSignal = SIGUSR2;  // the destructor's, to end the watcher

sigset_t watched_signals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, kWakeSignal);
  return set;
}

}  // namespace

StopSignals::StopSignals() {
  const sigset_t set = watched_signals();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
}

StopSignals::~StopSignals() {
  if (watcher_.joinable()) {
    ending_ = true;
    pthread_kill(watcher_.native_handle(), kWakeSignal);
    watcher_.join();
  }
  const sigset_t set = watched_signals();
  pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
}

void StopSignals::watch(std::function<void(const char*)> stop) {
  watcher_ = std::thread([this, stop = std::move(stop)] {
    const int first = wait();
    if (first == 0) return;
    stop(first == SIGINT ? "SIGINT" : "SIGTERM");
    if (wait() != 0) _exit(kExitEnvironment);
  });
}

int StopSignals::wait() const {
  const sigset_t set = watched_signals();
  for (;;) {
    int signal = 0;
    sigwait(&set, &signal);
    if (ending_) return 0;
    if (signal == SIGINT || signal == SIGTERM) return signal;
  }
}

}  // namespace tocsin
