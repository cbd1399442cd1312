#include "connectors/tcp/warning_server.h"

#include <algorithm>
#include <atomic>
#include <boost/asio/steady_timer.hpp>
#include <map>
#include <utility>

#include "connectors/tcp/listener.h"
#include "connectors/tcp/reply_line.h"
#include "connectors/tcp/server_end.h"
#include "connectors/tcp/subscriber.h"

namespace tocsin {
class WarningServer::Impl final : public SubscriberHost, public std::enable_shared_from_this<Impl> {
 public:
  Impl(IoThread& io, const EngineView& view, Inbox& inbox, WarningServerOptions options)
      : io_(io),
        view_(view),
        inbox_(inbox),
        options_(std::move(options)),
        known_{options_.levels, options_.rules},
        heartbeat_timer_(io.context().io) {}

  Status listen();
  const std::vector<std::string>& addresses() const { return listener_->addresses(); }
  void published();
  void fail(const Error& error);
  void stop();
  size_t subscribers() const { return count_; }

  const EngineView& view() override { return view_; }
  const PolicyNames& known() override { return known_; }
  std::shared_ptr<const LogSlice> slice_after(uint64_t seq) override;
  std::optional<std::string> clock() override;
  std::optional<uint64_t> took_name(Subscriber& subscriber) override;
  void acknowledged(const std::string& name, uint64_t seq) override;
  void closed(Subscriber& subscriber) override;
  IoThread& io() override { return io_; }

 private:
  std::shared_ptr<Connection> make_subscriber(Connection::Accepted accepted);
  void look_at_log();
  void start_heartbeats();
  template <class Action>
  void for_each_subscriber(Action action);

  IoThread& io_;
  const EngineView& view_;
  Inbox& inbox_;
  const WarningServerOptions options_;
  const PolicyNames known_;
  std::shared_ptr<Listener> listener_;
  std::map<std::string, std::shared_ptr<Subscriber>> named_;
  std::map<std::string, uint64_t> acknowledged_;  // on their way to the journal
  uint64_t slice_after_ = 0;
  std::shared_ptr<const LogSlice> slice_;  // the one read last
  asio::steady_timer heartbeat_timer_;
  std::atomic<bool> look_posted_{false};
  std::atomic<size_t> count_{0};
  bool stopping_ = false;
  ServerEnd end_;
};

Status WarningServer::Impl::listen() {
  const auto sweep = std::clamp(options_.line_time_max / 4, std::chrono::milliseconds(5),
                                std::chrono::milliseconds(1'000));
  listener_ = std::make_shared<Listener>(
      io_,
      ListenerOptions{options_.subscribers_max, "subscribers", sweep, options_.vanished_time_max},
      [this](Connection::Accepted accepted) { return make_subscriber(std::move(accepted)); });
  if (Status status = listener_->listen(options_.listen); !status) return status;
  io_.run_and_wait([this] {
    listener_->start();
    start_heartbeats();
  });
  return Done{};
}

std::shared_ptr<Connection> WarningServer::Impl::make_subscriber(Connection::Accepted accepted) {
  ++count_;
  return std::make_shared<Subscriber>(std::move(accepted), *this, options_.line_time_max);
}

void WarningServer::Impl::start_heartbeats() {
  heartbeat_timer_.expires_after(options_.heartbeat);
  heartbeat_timer_.async_wait([self = shared_from_this()](boost::system::error_code error) {
    if (error || self->stopping_) return;
    self->for_each_subscriber([](Subscriber& subscriber) { subscriber.heartbeat(); });
    self->start_heartbeats();
  });
}

// Subscribers that keep up all ask for the same messages at the same time.
std::shared_ptr<const LogSlice> WarningServer::Impl::slice_after(uint64_t seq) {
  if (!slice_ || slice_after_ != seq || slice_->last != view_.last_seq()) {
    slice_ = std::make_shared<const LogSlice>(view_.read_log(seq, limits::kSliceBytesMax));
    slice_after_ = seq;
  }
  return slice_;
}

std::optional<std::string> WarningServer::Impl::clock() {
  const std::optional<int64_t> now = view_.clock();
  if (!now) return std::nullopt;
  return options_.format_time ? options_.format_time(*now) : std::to_string(*now);
}

std::optional<uint64_t> WarningServer::Impl::took_name(Subscriber& subscriber) {
  const std::string& name = subscriber.name();
  const auto self = std::static_pointer_cast<Subscriber>(subscriber.shared_from_this());
  if (const auto previous = std::exchange(named_[name], self)) {
    previous->fail("another connection has taken over the subscription \"" + name + "\"");
  }
  std::optional<uint64_t> cursor = view_.cursor(name);
  if (const auto pending = acknowledged_.find(name); pending != acknowledged_.end()) {
    cursor = std::max(cursor.value_or(0), pending->second);
  }
  return cursor;
}

void WarningServer::Impl::acknowledged(const std::string& name, uint64_t seq) {
  acknowledged_[name] = seq;
  inbox_.acknowledge(name, seq);
}

void WarningServer::Impl::closed(Subscriber& subscriber) {
  const auto named = named_.find(subscriber.name());
  if (named != named_.end() && named->second.get() == &subscriber) named_.erase(named);
  --count_;
  listener_->forget(subscriber.number());
  end_.check(listener_->size());
}

// One look serves all batches that were published before it.
void WarningServer::Impl::published() {
  if (look_posted_.exchange(true)) return;
  io_.post([self = shared_from_this()] {
    self->look_posted_ = false;
    self->look_at_log();
  });
}

void WarningServer::Impl::look_at_log() {
  std::erase_if(acknowledged_, [this](const auto& entry) {
    const uint64_t durable = view_.cursor(entry.first).value_or(0);
    const auto subscriber = named_.find(entry.first);
    if (subscriber != named_.end()) subscriber->second->cursor_is_durable(durable);
    return durable >= entry.second;
  });
  for_each_subscriber([](Subscriber& subscriber) { subscriber.pump(); });
}

template <class Action>
void WarningServer::Impl::for_each_subscriber(Action action) {
  for (const auto& connection : listener_->connections()) {
    action(static_cast<Subscriber&>(*connection));
  }
}

void WarningServer::Impl::fail(const Error& error) {
  io_.run_and_wait([&] {
    const std::string reason = "the service has stopped: " + error_text(error);
    listener_->refuse(reason);
    for_each_subscriber([&](Subscriber& subscriber) { subscriber.end_when_done(reason); });
  });
}

void WarningServer::Impl::stop() {
  io_.run_and_wait([this] {
    listener_->stop_accepting();
    stopping_ = true;
    heartbeat_timer_.cancel();
    for_each_subscriber([](Subscriber& subscriber) { subscriber.end_when_done(""); });
    end_.begin(listener_->size());
  });
  end_.wait(options_.stop_max);
  io_.run_and_wait([this] { listener_->close_all(); });
}

Result<std::unique_ptr<WarningServer>> WarningServer::open(IoThread& io, const EngineView& view,
                                                           Inbox& inbox,
                                                           WarningServerOptions options) {
  auto impl = std::make_shared<Impl>(io, view, inbox, std::move(options));
  if (Status status = impl->listen(); !status) return status.error();
  return std::unique_ptr<WarningServer>(new WarningServer(std::move(impl)));
}

WarningServer::WarningServer(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}
WarningServer::~WarningServer() { stop(); }
const std::vector<std::string>& WarningServer::addresses() const { return impl_->addresses(); }
void WarningServer::published() { impl_->published(); }
void WarningServer::fail(const Error& error) { impl_->fail(error); }
void WarningServer::stop() { impl_->stop(); }
size_t WarningServer::subscribers() const { return impl_->subscribers(); }

}  // namespace tocsin
