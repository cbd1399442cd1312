#include "connectors/tcp/record_server.h"

#include <algorithm>
#include <atomic>
#include <map>
#include <optional>
#include <utility>

#include "connectors/tcp/feeder.h"
#include "connectors/tcp/listener.h"
#include "connectors/tcp/reply_line.h"
#include "connectors/tcp/server_end.h"

namespace tocsin {
namespace {

// A source that is being fed, or whose lines are still on their way to the disk.
struct Source {
  SourcePosition durable;
  uint64_t handed_in = 0;           // last line that the inbox has taken
  std::shared_ptr<Feeder> owner;    // the one feeder whose lines count
  std::shared_ptr<Feeder> waiting;  // will be the owner when all that was handed in is durable
};

std::string refusal(const Error& error) {
  return "the service accepts no more records: " + error_text(error);
}

}  // namespace

class RecordServer::Impl final : public FeederHost, public std::enable_shared_from_this<Impl> {
 public:
  Impl(IoThread& io, const EngineView& view, Inbox& inbox, RecordServerOptions options)
      : io_(io), view_(view), inbox_(inbox), options_(std::move(options)) {}

  Status listen();
  const std::vector<std::string>& addresses() const { return listener_->addresses(); }
  void published(const BatchReport& report, std::vector<AnonymousLines> settled);
  void fail(const Error& error);
  void stop_reading();
  void stop();
  size_t connections() const { return count_; }

  Inbox& inbox() override { return inbox_; }
  void said_hello(Feeder& feeder, const Hello& hello) override;
  void handed_in(Feeder& feeder, uint64_t line) override {
    sources_[feeder.source()].handed_in = line;
  }
  void closed(Feeder& feeder) override;
  IoThread& io() override { return io_; }

 private:
  std::shared_ptr<Connection> make_feeder(Connection::Accepted accepted);
  void tell_rejects(const std::vector<Reject>& rejects);
  void tell_durable(const std::vector<SourcePosition>& positions,
                    const std::vector<AnonymousLines>& anonymous);
  void welcome_if_due(const std::string& name);
  template <class Action>
  void for_each_feeder(Action action);

  IoThread& io_;
  const EngineView& view_;
  Inbox& inbox_;
  const RecordServerOptions options_;
  std::shared_ptr<Listener> listener_;
  std::map<std::string, Source> sources_;
  std::atomic<size_t> count_{0};
  ServerEnd end_;
};

Status RecordServer::Impl::listen() {
  const auto sweep = std::clamp(options_.line_time_max / 4, std::chrono::milliseconds(5),
                                std::chrono::milliseconds(1'000));
  listener_ = std::make_shared<Listener>(
      io_, ListenerOptions{options_.connections_max, "feeders", sweep, options_.vanished_time_max},
      [this](Connection::Accepted accepted) { return make_feeder(std::move(accepted)); });
  if (Status status = listener_->listen(options_.listen); !status) return status;
  io_.run_and_wait([this] { listener_->start(); });
  return Done{};
}

std::shared_ptr<Connection> RecordServer::Impl::make_feeder(Connection::Accepted accepted) {
  ++count_;
  return std::make_shared<Feeder>(std::move(accepted), *this,
                                  FeederOptions{options_.record_types, options_.line_time_max});
}

// A second connection of a source takes over: the first one may be dead without our knowing.
void RecordServer::Impl::said_hello(Feeder& feeder, const Hello& hello) {
  if (const std::optional<Error> failure = view_.failure()) return feeder.fail(refusal(*failure));
  const auto [entry, is_new] = sources_.try_emplace(hello.source);
  Source& source = entry->second;
  if (is_new) {
    source.durable = view_.position(hello.source);
    source.handed_in = source.durable.lines;
  }
  const std::string reason =
      "another connection has taken over the source \"" + hello.source + "\"";
  const auto previous_owner = std::exchange(source.owner, nullptr);
  const auto previous_waiting =
      std::exchange(source.waiting, std::static_pointer_cast<Feeder>(feeder.shared_from_this()));
  if (previous_owner) previous_owner->fail(reason);
  if (previous_waiting) previous_waiting->fail(reason);
  welcome_if_due(hello.source);
}

void RecordServer::Impl::welcome_if_due(const std::string& name) {
  Source& source = sources_.at(name);
  if (!source.waiting || source.durable.lines < source.handed_in) return;
  source.owner = std::exchange(source.waiting, nullptr);
  const std::shared_ptr<Feeder> owner = source.owner;
  owner->welcome(source.durable);
}

void RecordServer::Impl::closed(Feeder& feeder) {
  if (const auto entry = sources_.find(feeder.source()); entry != sources_.end()) {
    Source& source = entry->second;
    if (source.owner.get() == &feeder) source.owner = nullptr;
    if (source.waiting.get() == &feeder) source.waiting = nullptr;
    const bool settled = source.durable.lines >= source.handed_in;
    if (!source.owner && !source.waiting && settled) sources_.erase(entry);
  }
  --count_;
  listener_->forget(feeder.number());
  end_.check(listener_->size());
}

void RecordServer::Impl::published(const BatchReport& report, std::vector<AnonymousLines> settled) {
  if (report.rejects.empty() && report.positions.empty() && settled.empty()) return;
  io_.post([self = shared_from_this(), rejects = report.rejects, positions = report.positions,
            anonymous = std::move(settled)] {
    self->tell_rejects(
        rejects);  // before durable: a feeder that has heard of line N has heard all about it
    self->tell_durable(positions, anonymous);
  });
}

void RecordServer::Impl::tell_rejects(const std::vector<Reject>& rejects) {
  for (const Reject& reject : rejects) {
    if (reject.source.empty()) {
      auto feeder = std::static_pointer_cast<Feeder>(listener_->find(reject.connection));
      if (feeder && feeder->source().empty()) feeder->rejected(reject);
    } else if (const auto entry = sources_.find(reject.source); entry != sources_.end()) {
      if (entry->second.owner) entry->second.owner->rejected(reject);
    }
  }
}

void RecordServer::Impl::tell_durable(const std::vector<SourcePosition>& positions,
                                      const std::vector<AnonymousLines>& anonymous) {
  for (const AnonymousLines& lines : anonymous) {
    if (auto feeder = listener_->find(lines.connection)) {
      std::static_pointer_cast<Feeder>(feeder)->durable(lines.last_line);
    }
  }
  for (const SourcePosition& position : positions) {
    const auto entry = sources_.find(position.source);
    if (entry == sources_.end()) continue;
    Source& source = entry->second;
    if (position.lines > source.durable.lines) source.durable = position;
    if (source.owner) {
      const std::shared_ptr<Feeder> owner = source.owner;
      owner->durable(position.lines);
    } else if (source.waiting) {
      welcome_if_due(position.source);
    } else if (source.durable.lines >= source.handed_in) {
      sources_.erase(entry);
    }
  }
}

template <class Action>
void RecordServer::Impl::for_each_feeder(Action action) {
  for (const auto& connection : listener_->connections()) {
    action(static_cast<Feeder&>(*connection));
  }
}

void RecordServer::Impl::fail(const Error& error) {
  io_.run_and_wait([&] {
    const std::string reason = refusal(error);
    listener_->refuse(reason);
    for_each_feeder([&](Feeder& feeder) { feeder.fail(reason); });
  });
}

void RecordServer::Impl::stop_reading() {
  io_.run_and_wait([this] {
    listener_->stop_accepting();
    for_each_feeder([](Feeder& feeder) { feeder.stop_reading(); });
  });
}

void RecordServer::Impl::stop() {
  io_.run_and_wait([this] {
    listener_->stop_accepting();
    for_each_feeder([](Feeder& feeder) { feeder.stop(); });
    end_.begin(listener_->size());
  });
  end_.wait(options_.stop_max);
  io_.run_and_wait([this] { listener_->close_all(); });
}

Result<std::unique_ptr<RecordServer>> RecordServer::open(IoThread& io, const EngineView& view,
                                                         Inbox& inbox,
                                                         RecordServerOptions options) {
  auto impl = std::make_shared<Impl>(io, view, inbox, std::move(options));
  if (Status status = impl->listen(); !status) return status.error();
  return std::unique_ptr<RecordServer>(new RecordServer(std::move(impl)));
}

RecordServer::RecordServer(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}
RecordServer::~RecordServer() { stop(); }
const std::vector<std::string>& RecordServer::addresses() const { return impl_->addresses(); }
void RecordServer::published(const BatchReport& report, std::vector<AnonymousLines> settled) {
  impl_->published(report, std::move(settled));
}
void RecordServer::fail(const Error& error) { impl_->fail(error); }
void RecordServer::stop_reading() { impl_->stop_reading(); }
void RecordServer::stop() { impl_->stop(); }
size_t RecordServer::connections() const { return impl_->connections(); }

}  // namespace tocsin
