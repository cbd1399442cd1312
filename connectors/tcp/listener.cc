#include "connectors/tcp/listener.h"

#include <netdb.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/socket_base.hpp>
#include <utility>

#include "connectors/tcp/address.h"
#include "rules-dsl/limits.h"

namespace tocsin {
namespace {

using boost::system::error_code;
using Generic = asio::generic::stream_protocol;

constexpr std::chrono::milliseconds kAcceptRetry{100};

// Somebody who is told one thing and sent home.
class TurnedAway final : public Connection {
 public:
  TurnedAway(Accepted accepted, std::function<void()> closed)
      : Connection(std::move(accepted)), closed_(std::move(closed)) {}

 private:
  void on_bytes(std::string_view) override {}
  void on_peer_end() override {}
  void on_closed() override { closed_(); }

  std::function<void()> closed_;
};

Error listen_error(const std::string& text, const std::string& step, const error_code& error) {
  std::string remedy = "check the address";
  if (error == asio::error::address_in_use) {
    remedy = "choose another port, or stop the program that listens there";
  } else if (error == asio::error::access_denied) {
    remedy = "choose a port above 1023, or a place you may write to";
  }
  return {ErrorKind::kEnvironment, "cannot " + step + " " + text + ": " + error.message(), remedy};
}

// The address a socket is bound to.
std::string bound_address(int socket) {
  sockaddr_storage storage{};
  socklen_t length = sizeof storage;
  char host[NI_MAXHOST] = "";
  char port[NI_MAXSERV] = "";
  auto* name = reinterpret_cast<sockaddr*>(&storage);
  if (getsockname(socket, name, &length) != 0 ||
      getnameinfo(name, length, host, sizeof host, port, sizeof port,
                  NI_NUMERICHOST | NI_NUMERICSERV) != 0) {
    return "";
  }
  return Address{.host = host, .port = static_cast<uint16_t>(std::stoi(port)), .path = ""}.text();
}

// Removes what a killed process left behind: a socket file at which nobody listens.
void remove_stale_socket(asio::io_context& io, const std::string& path) {
  struct stat status;
  if (stat(path.c_str(), &status) != 0 || !S_ISSOCK(status.st_mode)) return;
  asio::local::stream_protocol::socket probe(io);
  error_code error;
  probe.connect(asio::local::stream_protocol::endpoint(path), error);
  if (error == asio::error::connection_refused) unlink(path.c_str());
}

}  // namespace

Listener::Listener(IoThread& io, ListenerOptions options, Factory factory)
    : io_(io.context().io),
      options_(std::move(options)),
      factory_(std::move(factory)),
      buffer_(limits::kReadBytesMax),
      sweep_timer_(io_) {}

Status Listener::listen(const std::vector<std::string>& addresses) {
  for (const std::string& text : addresses) {
    if (Status status = listen_on(text); !status) return status;
  }
  return Done{};
}

Status Listener::listen_on(const std::string& text) {
  const Result<Address> address = parse_address(text);
  if (!address) return address.error();
  if (address.value().is_unix()) {
    const std::string& path = address.value().path;
    remove_stale_socket(io_, path);
    Status status = open_door(text, asio::local::stream_protocol::endpoint(path), true);
    if (status) unix_paths_.push_back(path);
    return status;
  }
  error_code error;
  asio::ip::tcp::resolver resolver(io_);
  const auto found =
      resolver.resolve(address.value().host, std::to_string(address.value().port), error);
  if (error || found.empty()) return listen_error(text, "find the host of", error);
  return open_door(text, found.begin()->endpoint(), false);
}

Status Listener::open_door(const std::string& text, const Generic::endpoint& where, bool is_unix) {
  Door door{Acceptor(io_), asio::steady_timer(io_)};
  error_code error;
  door.acceptor.open(where.protocol(), error);
  if (!error && !is_unix) door.acceptor.set_option(Acceptor::reuse_address(true), error);
  if (!error) door.acceptor.bind(where, error);
  if (!error) door.acceptor.listen(asio::socket_base::max_listen_connections, error);
  if (error) return listen_error(text, "listen on", error);
  addresses_.push_back(is_unix ? text : bound_address(door.acceptor.native_handle()));
  doors_.push_back(std::move(door));
  return Done{};
}

void Listener::start() {
  accepting_ = true;
  for (size_t door = 0; door < doors_.size(); ++door) accept(door);
  sweep();
}

void Listener::accept(size_t door) {
  doors_[door].acceptor.async_accept(
      [self = shared_from_this(), door](error_code error, Connection::Socket socket) {
        if (!self->accepting_) return;
        if (!error) {
          self->accepted(std::move(socket));
          return self->accept(door);
        }
        // No descriptors left, most likely: the ones we have may be freed.
        self->doors_[door].retry.expires_after(kAcceptRetry);
        self->doors_[door].retry.async_wait([self, door](error_code) {
          if (self->accepting_) self->accept(door);
        });
      });
}

void Listener::accepted(Connection::Socket socket) {
  Connection::Accepted accepted{std::move(socket), next_number_++, buffer_};
  if (!refusal_.empty()) return turn_away(std::move(accepted), refusal_);
  if (connections_.size() >= options_.connections_max) {
    return turn_away(std::move(accepted),
                     "the service has " + std::to_string(options_.connections_max) + " " +
                         options_.peers + " already, which is the limit; try again later");
  }
  const uint64_t number = accepted.number;
  std::shared_ptr<Connection> connection = factory_(std::move(accepted));
  connections_.emplace(number, connection);
  connection->start();
}

void Listener::turn_away(Connection::Accepted accepted, const std::string& reason) {
  if (turned_away_.size() >= limits::kTurnedAwayMax) return;
  const uint64_t number = accepted.number;
  auto peer = std::make_shared<TurnedAway>(std::move(accepted),
                                           [this, number] { turned_away_.erase(number); });
  turned_away_.emplace(number, peer);
  peer->start();
  peer->fail(reason);
}

void Listener::sweep() {
  sweep_timer_.expires_after(options_.sweep_period);
  sweep_timer_.async_wait([self = shared_from_this()](error_code error) {
    if (error || self->closed_) return;
    const Connection::Clock::time_point now = Connection::Clock::now();
    for (const auto& connection : self->connections()) {
      if (connection->peer_vanished(self->options_.vanished_time_max)) {
        connection->close_now();
      } else {
        connection->check_time(now);
      }
    }
    for (const auto& [number, peer] : std::map(self->turned_away_)) peer->check_time(now);
    self->sweep();
  });
}

void Listener::stop_accepting() {
  accepting_ = false;
  error_code ignored;
  for (Door& door : doors_) {
    door.acceptor.close(ignored);
    door.retry.cancel();
  }
  for (const std::string& path : std::exchange(unix_paths_, {})) unlink(path.c_str());
}

std::vector<std::shared_ptr<Connection>> Listener::connections() const {
  std::vector<std::shared_ptr<Connection>> all;
  all.reserve(connections_.size());
  for (const auto& [number, connection] : connections_) all.push_back(connection);
  return all;
}

std::shared_ptr<Connection> Listener::find(uint64_t number) const {
  const auto found = connections_.find(number);
  return found == connections_.end() ? nullptr : found->second;
}

void Listener::close_all() {
  closed_ = true;
  sweep_timer_.cancel();
  for (const auto& connection : connections()) connection->close_now();
  for (const auto& [number, peer] : std::map(turned_away_)) peer->close_now();
}

}  // namespace tocsin
