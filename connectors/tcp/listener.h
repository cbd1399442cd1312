// Listens on addresses and holds the connections of one server. Uses Asio; lives on the io thread.
#pragma once

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "connectors/tcp/connection.h"
#include "engine/result.h"
#include "rules-dsl/limits.h"

namespace tocsin {

struct ListenerOptions {
  size_t connections_max = 0;
  std::string peers;                              // "feeders", for messages
  std::chrono::milliseconds sweep_period{1'000};  // of looking whether a connection is overdue
  std::chrono::milliseconds vanished_time_max = std::chrono::seconds(limits::kVanishedSecondsMax);
};

class Listener : public std::enable_shared_from_this<Listener> {
 public:
  using Factory = std::function<std::shared_ptr<Connection>(Connection::Accepted accepted)>;

  Listener(IoThread& io, ListenerOptions options, Factory factory);

  // Binds them all; before start(), from any thread. Errors name the address and the remedy.
  Status listen(const std::vector<std::string>& addresses);
  const std::vector<std::string>& addresses() const { return addresses_; }

  // The rest on the io thread.
  void start();
  void stop_accepting();
  // From now on every new connection is told `reason` and closed.
  void refuse(std::string reason) { refusal_ = std::move(reason); }
  // The connection has ended; to be called by its on_closed().
  void forget(uint64_t number) { connections_.erase(number); }

  // A copy, as what is done to a connection may end it.
  std::vector<std::shared_ptr<Connection>> connections() const;
  std::shared_ptr<Connection> find(uint64_t number) const;
  size_t size() const { return connections_.size(); }
  void close_all();

 private:
  using Acceptor = asio::basic_socket_acceptor<asio::generic::stream_protocol>;
  struct Door {
    Acceptor acceptor;
    asio::steady_timer retry;  // after an accept that failed for want of descriptors
  };

  Status listen_on(const std::string& text);
  Status open_door(const std::string& text, const asio::generic::stream_protocol::endpoint& where,
                   bool is_unix);
  void accept(size_t door);
  void accepted(Connection::Socket socket);
  void turn_away(Connection::Accepted accepted, const std::string& reason);
  void sweep();

  asio::io_context& io_;
  const ListenerOptions options_;
  Factory factory_;
  std::vector<Door> doors_;
  std::vector<std::string> addresses_;
  std::vector<std::string> unix_paths_;
  std::map<uint64_t, std::shared_ptr<Connection>> connections_;
  std::map<uint64_t, std::shared_ptr<Connection>> turned_away_;
  uint64_t next_number_ = 1;
  std::vector<char> buffer_;
  std::string refusal_;
  asio::steady_timer sweep_timer_;
  bool accepting_ = false;
  bool closed_ = false;
};

}  // namespace tocsin
