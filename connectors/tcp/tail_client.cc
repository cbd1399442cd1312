#include "connectors/tcp/tail_client.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "connectors/tcp/client_lines.h"
#include "connectors/tcp/client_socket.h"
#include "connectors/tcp/reply_line.h"
#include "connectors/tcp/server_reply.h"
#include "engine/record/json_text.h"

namespace tocsin {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr milliseconds kPoll{100};  // for stopped()
constexpr milliseconds kRetryPause{200};
constexpr milliseconds kRetryPauseMax{5'000};

class Tail {
 public:
  Tail(const TailOptions& options, const TailCallbacks& callbacks)
      : options_(options), callbacks_(callbacks) {}

  Status run();

 private:
  // How one connection ended.
  enum class End : uint8_t { kLost, kStopped, kError };

  End listen(ClientSocket socket);
  bool subscribe(ClientSocket& socket) const;
  std::string subscription() const;
  bool take_line(std::string_view line);
  bool give_out(TailLine kind, uint64_t seq, std::string_view line);
  bool acknowledge(ClientSocket& socket);
  bool stopped() const { return callbacks_.stopped && callbacks_.stopped(); }

  const TailOptions& options_;
  const TailCallbacks& callbacks_;
  std::optional<uint64_t> position_;  // greatest seq given out or passed over
  uint64_t received_ = 0;             // greatest seq on this connection
  uint64_t acknowledged_ = 0;         // on this connection
  bool heard_ = false;                // anything, on this connection
  std::optional<Error> error_;
};

Status Tail::run() {
  const Result<Address> address = parse_address(options_.address);
  if (!address) return address.error();
  milliseconds pause{0};
  bool heard_ever = false;
  for (;;) {
    const milliseconds patience = heard_ever ? options_.reconnect_max : options_.first_connect_max;
    Result<ClientSocket> socket =
        connect_patiently(address.value(), pause, patience, callbacks_.stopped);
    if (!socket) return socket.error();
    if (!socket->connected()) return Done{};
    const End end = listen(std::move(*socket));
    if (error_) return *error_;
    if (end == End::kStopped) return Done{};
    heard_ever = heard_ever || heard_;
    pause = heard_ ? kRetryPause : std::clamp(pause * 2, kRetryPause, kRetryPauseMax);
    if (callbacks_.note)
      callbacks_.note("connection to " + options_.address + " lost, trying again");
  }
}

Tail::End Tail::listen(ClientSocket socket) {
  ClientLines lines;
  received_ = acknowledged_ = 0;
  heard_ = false;
  if (!subscribe(socket)) return End::kLost;
  Clock::time_point silent_since = Clock::now();
  for (;;) {
    if (stopped()) return End::kStopped;
    if (!socket.wait(false, kPoll).to_read) {
      if (Clock::now() - silent_since > options_.silence_max) return End::kLost;
      continue;
    }
    silent_since = Clock::now();
    const auto outcome =
        lines.read(socket, [this](std::string_view line) { return take_line(line); });
    const bool told = acknowledge(socket);
    if (outcome == ClientLines::Outcome::kStopped) return error_ ? End::kError : End::kStopped;
    if (outcome == ClientLines::Outcome::kOver || !told) return End::kLost;
  }
}

bool Tail::subscribe(ClientSocket& socket) const {
  std::string line = subscription();
  std::string_view rest = line;
  while (!rest.empty()) {
    const std::optional<size_t> count = socket.write(rest);
    if (!count) return false;
    rest.remove_prefix(*count);
    if (!rest.empty() && !socket.wait(true, options_.silence_max).to_write) return false;
  }
  return true;
}

std::string Tail::subscription() const {
  std::string line = "{\"subscribe\":{";
  const auto add = [&line](const char* name, const std::string& text) {
    if (text.empty()) return;
    append_json_name(line, name);
    append_json_string(line, text);
  };
  const auto add_list = [&line](const char* name, const std::vector<std::string>& texts) {
    if (texts.empty()) return;
    append_json_name(line, name);
    line += '[';
    for (const std::string& text : texts) {
      if (line.back() != '[') line += ',';
      append_json_string(line, text);
    }
    line += ']';
  };
  add("from", position_ ? std::to_string(*position_) : options_.from);
  add("name", options_.name);
  add("token", options_.token);
  add_list("rules", options_.rules);
  add_list("kinds", options_.kinds);
  add("min_level", options_.min_level);
  add_list("regions", options_.regions);
  return line + "}}\n";
}

// False when the subscription must end.
bool Tail::take_line(std::string_view line) {
  const ServerReply reply = parse_reply(line);
  switch (reply.kind) {
    case ServerReply::Kind::kMessage:
      // A cursor lags behind what was received when acknowledgements were lost.
      if (position_ && reply.number <= *position_) {
        received_ = std::max(received_, reply.number);
        return true;
      }
      return give_out(TailLine::kMessage, reply.number, line);
    case ServerReply::Kind::kHeartbeat:
      return give_out(TailLine::kHeartbeat, reply.number, line);
    case ServerReply::Kind::kGap:
      return give_out(TailLine::kGap, reply.number, line);
    case ServerReply::Kind::kError:
      error_ = Error{ErrorKind::kEnvironment, options_.address + " says: " + reply.text, ""};
      return false;
    default:
      return true;
  }
}

bool Tail::give_out(TailLine kind, uint64_t seq, std::string_view line) {
  heard_ = true;
  const bool go_on = callbacks_.on_line(kind, seq, line);
  received_ = std::max(received_, seq);
  position_ = std::max(position_.value_or(0), seq);
  return go_on;
}

// False when the connection is over.
bool Tail::acknowledge(ClientSocket& socket) {
  if (!options_.acknowledge || options_.name.empty() || received_ <= acknowledged_) return true;
  const std::string line = acknowledgement_line(received_) + "\n";
  const std::optional<size_t> count = socket.write(line);
  if (!count) return false;
  if (*count == 0) return true;  // no room: the next one says more
  acknowledged_ = received_;
  return *count == line.size();
}

}  // namespace

Status tail(const TailOptions& options, const TailCallbacks& callbacks) {
  return Tail(options, callbacks).run();
}

}  // namespace tocsin
