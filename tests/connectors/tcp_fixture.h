// A service on loopback with a fake engine behind it, and peers that talk to it by hand.
//
// Nothing here sleeps for a fixed time: everything waits for a condition, with a deadline.
#pragma once

#include <gtest/gtest.h>
#include <linux/filter.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "connectors/tcp/client_socket.h"
#include "connectors/tcp/service.h"

namespace tocsin::testing_tcp {

using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

inline constexpr std::chrono::seconds kDeadline{20};

template <class Condition>
bool eventually(Condition condition) {
  const Clock::time_point until = Clock::now() + kDeadline;
  while (!condition()) {
    if (Clock::now() > until) return false;
    std::this_thread::sleep_for(2ms);
  }
  return true;
}

// Takes every line as it is. "bad …" is rejected; "warn LEVEL RULE REGION" publishes a message.
class FakeEngine final : public EngineView {
 public:
  struct Line {
    std::string source;
    std::string as_type;
    uint64_t number;
    std::string text;
    friend bool operator==(const Line&, const Line&) = default;
  };

  void run(BatchSource& source, BatchSink& sink) {
    Batch batch;
    while (source.next(batch)) {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [this] { return !held_; });
      BatchReport report = apply(batch);
      lock.unlock();
      sink.published(report);
    }
  }

  // While held, batches are taken and nothing becomes durable.
  void hold(bool held) {
    std::lock_guard lock(mutex_);
    held_ = held;
    changed_.notify_all();
  }
  void publish(Message message) {
    std::lock_guard lock(mutex_);
    add(std::move(message));
  }
  void set_failure(Error error) {
    std::lock_guard lock(mutex_);
    failure_ = std::move(error);
  }
  void forget_before(uint64_t seq) {
    std::lock_guard lock(mutex_);
    first_held_ = seq;
  }
  void set_position(const std::string& source, uint64_t lines) {
    std::lock_guard lock(mutex_);
    positions_[source] = {source, lines, lines * 10};
  }
  std::vector<Line> lines() const {
    std::lock_guard lock(mutex_);
    return lines_;
  }
  size_t line_count() const {
    std::lock_guard lock(mutex_);
    return lines_.size();
  }

  LogSlice read_log(uint64_t after, size_t bytes_max) const override {
    std::lock_guard lock(mutex_);
    LogSlice slice{.messages = {}, .first_held = first_held_, .last = log_.size()};
    size_t bytes = 0;
    for (uint64_t seq = std::max(after + 1, first_held_); seq <= log_.size() && bytes < bytes_max;
         ++seq) {
      slice.messages.push_back(log_[seq - 1]);
      bytes += log_[seq - 1]->json.size();
    }
    return slice;
  }
  OpenWarnings open_warnings(const MessageFilter& wanted) const override {
    std::lock_guard lock(mutex_);
    OpenWarnings open{.seq = log_.size(), .latest = {}};
    for (const auto& [id, message] : open_) {
      if (wanted(*message)) open.latest.push_back(message->seq);
    }
    return open;
  }
  uint64_t last_seq() const override {
    std::lock_guard lock(mutex_);
    return log_.size();
  }
  std::optional<uint64_t> cursor(const std::string& subscriber) const override {
    std::lock_guard lock(mutex_);
    const auto found = cursors_.find(subscriber);
    return found == cursors_.end() ? std::nullopt : std::optional(found->second);
  }
  SourcePosition position(const std::string& source) const override {
    std::lock_guard lock(mutex_);
    const auto found = positions_.find(source);
    return found == positions_.end() ? SourcePosition{source, 0, 0} : found->second;
  }
  std::optional<int64_t> clock() const override {
    return lines().empty() ? std::nullopt : std::optional<int64_t>(42);
  }
  std::optional<Error> failure() const override {
    std::lock_guard lock(mutex_);
    return failure_;
  }

 private:
  BatchReport apply(const Batch& batch) {
    BatchReport report;
    for (const Chunk& chunk : batch.chunks) {
      apply(chunk, report);
      if (chunk.source.empty()) continue;
      SourcePosition& position = positions_[chunk.source];
      position = {chunk.source, chunk.first_line + chunk.lines - 1,
                  chunk.byte_offset + chunk.bytes.size()};
      report.positions.push_back(position);
    }
    for (const Acknowledgement& ack : batch.acknowledgements) cursors_[ack.subscriber] = ack.seq;
    return report;
  }

  void apply(const Chunk& chunk, BatchReport& report) {
    uint64_t number = chunk.first_line;
    for (size_t at = 0; at < chunk.bytes.size(); ++number) {
      const size_t end = chunk.bytes.find('\n', at);
      const std::string text = chunk.bytes.substr(at, end - at);
      at = end + 1;
      lines_.push_back({chunk.source, chunk.as_type, number, text});
      if (text.starts_with("bad")) {
        report.rejects.push_back(reject(chunk, number, "not \"good\"", "f"));
      } else if (text.starts_with("warn ")) {
        const uint8_t level = text[5] - '0';
        Message message;
        message.level = level;
        message.open = true;
        message.rule = text.substr(7, 1);
        message.region = text.substr(9);
        add(std::move(message));
      }
    }
    for (const FramingReject& framing : chunk.framing_rejects) {
      report.rejects.push_back(reject(chunk, framing.line, framing.reason, ""));
    }
  }

  static Reject reject(const Chunk& chunk, uint64_t line, std::string reason, std::string field) {
    Reject reject;
    reject.source = chunk.source;
    reject.connection = chunk.connection;
    reject.line = line;
    reject.reason = std::move(reason);
    reject.field = std::move(field);
    return reject;
  }

  void add(Message message) {
    message.seq = log_.size() + 1;
    if (message.warning_id.empty()) message.warning_id = "w" + std::to_string(message.seq);
    message.json = "{\"seq\":" + std::to_string(message.seq) + ",\"pad\":\"" + message.json + "\"}";
    log_.push_back(std::make_shared<const Message>(message));
    if (message.open) {
      open_[message.warning_id] = log_.back();
    } else {
      open_.erase(message.warning_id);
    }
  }

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  bool held_ = false;
  std::vector<Line> lines_;
  Messages log_;
  std::map<std::string, std::shared_ptr<const Message>> open_;
  std::map<std::string, uint64_t> cursors_;
  std::map<std::string, SourcePosition> positions_;
  uint64_t first_held_ = 1;
  std::optional<Error> failure_;
};

// One end of a connection, driven by hand.
class Peer {
 public:
  explicit Peer(const std::string& address) {
    const Result<Address> parsed = parse_address(address);
    Result<ClientSocket> socket = ClientSocket::connect(parsed.value(), 5'000ms);
    EXPECT_TRUE(socket.ok()) << (socket.ok() ? "" : socket.error().message);
    if (socket) socket_ = std::move(*socket);
  }

  // Sends all of it; false when the other side has closed.
  bool send(std::string_view text) {
    while (!text.empty()) {
      const auto count = socket_.write(text);
      if (!count) return false;
      text.remove_prefix(*count);
      if (!text.empty() && !socket_.wait(true, kDeadline).to_write) return false;
    }
    return true;
  }
  // Sends `piece` again and again until the other side takes no more for a while; how many bytes it
  // took.
  size_t send_until_stuck(std::string_view piece) {
    size_t total = 0;
    while (total < (size_t{256} << 20)) {
      const auto count = socket_.write(piece.substr(total % piece.size()));
      if (!count) break;
      total += *count;
      if (total % piece.size() != 0 && !socket_.wait(true, 300ms).to_write) break;
    }
    return total;
  }
  // From now on nothing that is sent to it arrives, so nothing is acknowledged: an unplugged cable.
  void vanish() {
    sock_filter drop_all{BPF_RET | BPF_K, 0, 0, 0};
    const sock_fprog program{1, &drop_all};
    EXPECT_EQ(
        ::setsockopt(socket_.native(), SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program), 0);
  }
  void end_sending() { ::shutdown(socket_.native(), SHUT_WR); }

  // The next line; "<end>" when the other side closed, "<nothing>" after `time_max`.
  std::string line(std::chrono::milliseconds time_max = kDeadline) {
    const Clock::time_point until = Clock::now() + time_max;
    for (;;) {
      if (const size_t end = received_.find('\n'); end != std::string::npos) {
        const std::string line = received_.substr(0, end);
        received_.erase(0, end + 1);
        return line;
      }
      char buffer[65536];
      if (!socket_.wait(false, 20ms).to_read) {
        if (Clock::now() > until) return "<nothing>";
        continue;
      }
      const auto count = socket_.read(buffer, sizeof buffer);
      if (!count) return "<end>";
      received_.append(buffer, *count);
    }
  }
  // The next line that is not a heartbeat.
  std::string message() {
    for (;;) {
      std::string next = line();
      if (!next.starts_with("{\"heartbeat\"")) return next;
    }
  }
  // All lines until the other side closes.
  std::vector<std::string> rest() {
    std::vector<std::string> all;
    for (std::string next = line(); next != "<end>" && next != "<nothing>"; next = line())
      all.push_back(next);
    return all;
  }

 private:
  ClientSocket socket_;
  std::string received_;
};

class TcpTest : public ::testing::Test {
 protected:
  TcpTest() {
    options_.records.listen = {"127.0.0.1:0"};
    options_.warnings.listen = {"127.0.0.1:0"};
    options_.warnings.levels = {"blue", "yellow", "orange", "red"};
    options_.warnings.rules = {"a", "b", "phoenix"};
    options_.warnings.heartbeat = 60s;
    options_.records.stop_max = options_.warnings.stop_max = 300ms;
  }
  ~TcpTest() override { stop(); }

  void start() {
    auto service = TcpService::open(engine_, options_);
    ASSERT_TRUE(service.ok()) << service.error().message;
    service_ = std::move(*service);
    runner_ = std::thread([this] { engine_.run(service_->source(), service_->sink()); });
  }
  void stop() {
    if (!service_) return;
    service_->stop_reading();
    engine_.hold(false);
    if (runner_.joinable()) runner_.join();
    service_->stop();
    service_.reset();
  }
  // The service goes away and comes back at the same places; the engine keeps what it has.
  void restart_service() {
    options_.records.listen = {records()};
    options_.warnings.listen = {warnings()};
    stop();
    start();
  }
  std::string records() const { return service_->records().addresses().front(); }
  std::string warnings() const { return service_->warnings().addresses().front(); }
  void publish(Message message) {
    engine_.publish(std::move(message));
    service_->sink().published({});
  }

  TcpServiceOptions options_;
  FakeEngine engine_;
  std::unique_ptr<TcpService> service_;
  std::thread runner_;
};

}  // namespace tocsin::testing_tcp
