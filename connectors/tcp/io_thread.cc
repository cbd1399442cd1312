#include "connectors/tcp/io_thread.h"

#include <boost/asio/post.hpp>
#include <future>

#include "connectors/tcp/io_context.h"

namespace tocsin {

IoThread::IoThread() : context_(std::make_unique<Context>()) {
  context_->thread = std::thread([this] { context_->io.run(); });
}

IoThread::~IoThread() {
  context_->busy.reset();
  context_->io.stop();
  context_->thread.join();
}

void IoThread::post(std::function<void()> work) { asio::post(context_->io, std::move(work)); }

void IoThread::run_and_wait(const std::function<void()>& work) {
  std::promise<void> done;
  post([&] {
    work();
    done.set_value();
  });
  done.get_future().wait();
}

}  // namespace tocsin
