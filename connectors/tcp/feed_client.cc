#include "connectors/tcp/feed_client.h"

#include <algorithm>
#include <map>
#include <memory>
#include <utility>

#include "connectors/tcp/client_lines.h"
#include "connectors/tcp/client_socket.h"
#include "connectors/tcp/send_window.h"
#include "connectors/tcp/server_reply.h"
#include "engine/record/json_text.h"
#include "rules-dsl/limits.h"
#include "rules-dsl/value/text.h"

namespace tocsin {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr milliseconds kPoll{100};           // for stopped() and progress()
constexpr milliseconds kWelcomeMax{60'000};  // a take-over waits for what the other feeder had sent
constexpr milliseconds kRetryPause{200};     // after a lost connection; doubled with each in vain
constexpr milliseconds kRetryPauseMax{5'000};

// What is sent for a line that could not be framed: one line, and never JSON.
std::string stand_in(const FramingReject& reject) {
  std::string line = "! " + reject.reason + ": " + reject.text;
  std::replace(line.begin(), line.end(), '\n', ' ');
  std::replace(line.begin(), line.end(), '\r', ' ');
  return std::string(cut_utf8(line, limits::kRejectTextBytesMax));
}

// Fills the empty lines of those that could not be framed.
void write_stand_ins(Chunk& chunk) {
  std::string bytes;
  size_t copied = 0;
  for (const FramingReject& reject : chunk.framing_rejects) {
    const size_t place = reject.byte_offset - chunk.byte_offset;
    bytes.append(chunk.bytes, copied, place - copied) += stand_in(reject);
    copied = place;
  }
  chunk.bytes.replace(0, copied, bytes);
}

class Feed {
 public:
  Feed(const FeedOptions& options, const FeedCallbacks& callbacks)
      : options_(options), callbacks_(callbacks), pace_(options.lines_per_second) {}

  Result<FeedProgress> run();

 private:
  // How one connection ended.
  enum class End : uint8_t { kDone, kLost, kStopped, kError };

  End talk(ClientSocket socket);
  bool say_hello(ClientSocket& socket);
  void pull_lines();
  bool send(ClientSocket& socket);
  void note_reasons(const Chunk& chunk);
  bool take_reply(std::string_view line);
  void take_reject(const ServerReply& reply);
  bool take_welcome(uint64_t durable);
  void report(bool now);
  bool finished() const { return input_ended_ && welcomed_ && window_.empty(); }
  bool stopped() const { return callbacks_.stopped && callbacks_.stopped(); }
  void note(const std::string& text) const {
    if (callbacks_.note) callbacks_.note(text);
  }

  const FeedOptions& options_;
  const FeedCallbacks& callbacks_;
  SendWindow window_;
  Pace pace_;
  uint64_t lines_pulled_ = 0;
  std::map<uint64_t, std::string> reasons_;  // of lines not yet durable that could not be framed
  FeedProgress progress_;
  bool input_ended_ = false;
  bool welcomed_ = false;  // on this connection
  bool welcomed_ever_ = false;
  std::optional<Error> input_error_;
  std::optional<Error> error_;
  Clock::time_point next_report_;
};

Result<FeedProgress> Feed::run() {
  const Result<Address> address = parse_address(options_.address);
  if (!address) return address.error();
  milliseconds pause{0};
  for (End end = End::kLost; end == End::kLost;) {
    const milliseconds patience =
        welcomed_ever_ ? options_.reconnect_max : options_.first_connect_max;
    Result<ClientSocket> socket =
        connect_patiently(address.value(), pause, patience, callbacks_.stopped);
    if (!socket) return socket.error();
    if (!socket->connected()) break;
    end = talk(std::move(*socket));
    progress_.connected = false;
    if (end == End::kLost) {
      pause = welcomed_ ? kRetryPause : std::clamp(pause * 2, kRetryPause, kRetryPauseMax);
      ++progress_.reconnects;
      note("connection to " + options_.address + " lost, trying again");
    }
  }
  report(true);
  if (error_) return *error_;
  if (input_error_) return *input_error_;
  if (input_ended_ && lines_pulled_ < progress_.lines_durable) {
    return Error{
        ErrorKind::kInput,
        "\"" + options_.source + "\" has " + std::to_string(lines_pulled_) + " lines here, but " +
            std::to_string(progress_.lines_durable) + " of it are on the service's disk",
        "a source only grows: what was sent stays sent. Give other content another --source"};
  }
  return progress_;
}

Feed::End Feed::talk(ClientSocket socket) {
  ClientLines lines;
  welcomed_ = false;
  if (!say_hello(socket)) return End::kLost;
  const Clock::time_point welcome_until = Clock::now() + kWelcomeMax;
  while (!finished()) {
    if (stopped()) return End::kStopped;
    report(false);
    if (!welcomed_ && Clock::now() > welcome_until) return End::kLost;
    if (welcomed_) pull_lines();
    const bool to_send = welcomed_ && window_.to_send() && pace_.may_send(Clock::now());
    const milliseconds wait =
        welcomed_ && window_.to_send() && !to_send ? pace_.pause(Clock::now()) : kPoll;
    const ClientSocket::Ready ready = socket.wait(to_send, std::min(wait, kPoll));
    bool over = ready.to_write && !send(socket);
    if (ready.to_read || over) {
      const auto outcome =
          lines.read(socket, [this](std::string_view line) { return take_reply(line); });
      if (outcome == ClientLines::Outcome::kStopped) return End::kError;
      over = over || outcome == ClientLines::Outcome::kOver;
    }
    if (over && !finished()) return End::kLost;
  }
  return End::kDone;
}

bool Feed::say_hello(ClientSocket& socket) {
  std::string line = "{\"hello\":{";
  const auto add = [&line](const char* name, const std::string& text) {
    if (text.empty()) return;
    append_json_name(line, name);
    append_json_string(line, text);
  };
  add("source", options_.source);
  add("as", options_.as_type);
  add("token", options_.token);
  line += "}}\n";
  return socket.write(line) == line.size();  // a new socket has room for it
}

// One chunk more, if there is room and nothing left to send.
void Feed::pull_lines() {
  if (input_ended_ || window_.to_send() || window_.bytes() >= options_.window_bytes) return;
  Result<Chunk> chunk = callbacks_.next();
  if (!chunk) input_error_ = chunk.error();
  if (!chunk || chunk->lines == 0) {
    input_ended_ = true;
    return;
  }
  note_reasons(*chunk);
  write_stand_ins(*chunk);
  lines_pulled_ += chunk->lines;
  progress_.lines_skipped += window_.add(std::move(*chunk));
}

// The service will only say that these lines are no JSON.
void Feed::note_reasons(const Chunk& chunk) {
  for (const FramingReject& reject : chunk.framing_rejects) {
    const uint64_t line = lines_pulled_ + 1 + (reject.line - chunk.first_line);
    if (line > progress_.lines_durable) reasons_[line] = reject.reason;
  }
}

// False when the connection is over.
bool Feed::send(ClientSocket& socket) {
  const std::string_view bytes = window_.next_bytes(pace_.lines_allowed());
  const std::optional<size_t> count = socket.write(bytes.substr(0, limits::kReadBytesMax));
  if (!count) return false;
  pace_.spend(window_.sent(*count));
  progress_.lines_sent = window_.lines_sent() - progress_.lines_skipped;
  progress_.bytes_sent = window_.bytes_sent();
  return true;
}

// False when the feed must end.
bool Feed::take_reply(std::string_view line) {
  const ServerReply reply = parse_reply(line);
  switch (reply.kind) {
    case ServerReply::Kind::kWelcome:
      return take_welcome(reply.number);
    case ServerReply::Kind::kDurable:
      progress_.lines_durable = std::max(progress_.lines_durable, reply.number);
      window_.drop_until(reply.number);
      reasons_.erase(reasons_.begin(), reasons_.upper_bound(reply.number));
      return true;
    case ServerReply::Kind::kRejected:
      take_reject(reply);
      return true;
    case ServerReply::Kind::kRejectedOmitted:
      progress_.lines_rejected += reply.number;
      if (callbacks_.rejected) {
        callbacks_.rejected(0, std::to_string(reply.number) + " more; see `tocsin rejects`", "");
      }
      return true;
    case ServerReply::Kind::kError:
      error_ = Error{ErrorKind::kEnvironment, options_.address + " says: " + reply.text, ""};
      return false;
    default:
      return true;
  }
}

void Feed::take_reject(const ServerReply& reply) {
  ++progress_.lines_rejected;
  if (!callbacks_.rejected) return;
  const auto known = reasons_.find(reply.number);
  callbacks_.rejected(reply.number, known == reasons_.end() ? reply.text : known->second,
                      reply.field);
}

bool Feed::take_welcome(uint64_t durable) {
  if (durable < progress_.lines_durable) {
    error_ =
        Error{ErrorKind::kCorrupt,
              options_.address + " had confirmed " + std::to_string(progress_.lines_durable) +
                  " lines of \"" + options_.source + "\" and now has " + std::to_string(durable),
              "its data directory was replaced; feed the source again from the beginning"};
    return false;
  }
  welcomed_ = welcomed_ever_ = progress_.connected = true;
  progress_.lines_durable = durable;
  window_.resume_behind(durable);
  return true;
}

void Feed::report(bool now) {
  if (!callbacks_.progress || (!now && Clock::now() < next_report_)) return;
  next_report_ = Clock::now() + kPoll;
  callbacks_.progress(progress_);
}

}  // namespace

Result<FeedProgress> feed(const FeedOptions& options, const FeedCallbacks& callbacks) {
  if (options.source.empty()) {
    return Error{ErrorKind::kInput, "the feed has no source name",
                 "name it, so that a broken feed can be resumed"};
  }
  return Feed(options, callbacks).run();
}

}  // namespace tocsin
