// The inside of IoThread, for the files here that use Asio.
#pragma once

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <thread>

#include "connectors/tcp/io_thread.h"

namespace tocsin {

namespace asio = boost::asio;

struct IoThread::Context {
  asio::io_context io{1};
  asio::executor_work_guard<asio::io_context::executor_type> busy{io.get_executor()};
  std::thread thread;
};

}  // namespace tocsin
