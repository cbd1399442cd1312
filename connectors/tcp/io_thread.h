// One thread that serves all sockets.
//
// Everything about connections happens on it, so connections need no locks; nothing on it may
// block.
#pragma once

#include <functional>
#include <memory>

namespace tocsin {

class IoThread {
 public:
  IoThread();
  ~IoThread();  // stops and joins; servers on it must have been stopped

  // Runs `work` on the thread, later. After stop() it is not run.
  void post(std::function<void()> work);
  // Runs `work` on the thread and waits for its end. Not from the thread itself.
  void run_and_wait(const std::function<void()>& work);

  struct Context;  // holds the Asio io_context; connectors/tcp/io_context.h
  Context& context() { return *context_; }

 private:
  std::unique_ptr<Context> context_;
};

}  // namespace tocsin
