#include "connectors/tcp/client_socket.h"

#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>
#include <thread>
#include <utility>

namespace tocsin {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kPauseMin{100};
constexpr milliseconds kPauseMax{5'000};
constexpr milliseconds kAttemptMax{5'000};
constexpr milliseconds kStopPoll{100};
// What was sent and not confirmed by the other machine for so long is lost with it.
constexpr unsigned kUserTimeoutMillis = 120'000;

Error connect_error(const Address& address, const std::string& why) {
  return {ErrorKind::kEnvironment, "cannot connect to " + address.text() + ": " + why,
          "is `tocsin run` listening there? Its first lines say where it does"};
}

void set_options(int socket) {
  const int on = 1;
  setsockopt(socket, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
  setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  setsockopt(socket, IPPROTO_TCP, TCP_USER_TIMEOUT, &kUserTimeoutMillis, sizeof kUserTimeoutMillis);
}

bool wait_for(int socket, short events, milliseconds time_max, short& came) {
  pollfd entry{.fd = socket, .events = events, .revents = 0};
  const int count = poll(&entry, 1, static_cast<int>(time_max.count()));
  came = entry.revents;
  return count > 0;
}

// A connected socket, or -1 with errno.
int connect_to(const sockaddr* name, socklen_t length, milliseconds time_max) {
  const int socket = ::socket(name->sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (socket < 0) return -1;
  int error = ::connect(socket, name, length) == 0 ? 0 : errno;
  if (error == EINPROGRESS) {
    short came = 0;
    socklen_t size = sizeof error;
    if (!wait_for(socket, POLLOUT, time_max, came)) {
      error = ETIMEDOUT;
    } else if (getsockopt(socket, SOL_SOCKET, SO_ERROR, &error, &size) != 0) {
      error = errno;
    }
  }
  if (error == 0) return socket;
  close(socket);
  errno = error;
  return -1;
}

int connect_unix(const std::string& path, milliseconds time_max) {
  sockaddr_un name{};
  name.sun_family = AF_UNIX;
  std::memcpy(name.sun_path, path.data(), std::min(path.size(), sizeof name.sun_path - 1));
  return connect_to(reinterpret_cast<const sockaddr*>(&name), sizeof name, time_max);
}

}  // namespace

ClientSocket::ClientSocket(ClientSocket&& other) noexcept
    : socket_(std::exchange(other.socket_, -1)) {}

ClientSocket& ClientSocket::operator=(ClientSocket&& other) noexcept {
  std::swap(socket_, other.socket_);
  return *this;
}

ClientSocket::~ClientSocket() {
  if (socket_ >= 0) close(socket_);
}

Result<ClientSocket> ClientSocket::connect(const Address& address, milliseconds time_max) {
  if (address.is_unix()) {
    const int socket = connect_unix(address.path, time_max);
    if (socket < 0) return connect_error(address, std::strerror(errno));
    return ClientSocket(socket);
  }
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* list = nullptr;
  const std::string port = std::to_string(address.port);
  if (const int error = getaddrinfo(address.host.c_str(), port.c_str(), &hints, &list)) {
    return connect_error(address, gai_strerror(error));
  }
  const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> owned(list, freeaddrinfo);
  int socket = -1;
  for (const addrinfo* each = list; each && socket < 0; each = each->ai_next) {
    socket = connect_to(each->ai_addr, each->ai_addrlen, time_max);
  }
  if (socket < 0) return connect_error(address, std::strerror(errno));
  set_options(socket);
  return ClientSocket(socket);
}

ClientSocket::Ready ClientSocket::wait(bool want_write, milliseconds time_max) {
  short came = 0;
  wait_for(socket_, static_cast<short>(want_write ? POLLIN | POLLOUT : POLLIN), time_max, came);
  const bool over = came & (POLLERR | POLLHUP | POLLNVAL);
  return {.to_read = over || (came & POLLIN), .to_write = want_write && (came & POLLOUT)};
}

std::optional<size_t> ClientSocket::read(char* out, size_t size) {
  const ssize_t count = recv(socket_, out, size, 0);
  if (count > 0) return static_cast<size_t>(count);
  if (count < 0 && (errno == EAGAIN || errno == EINTR)) return 0;
  return std::nullopt;
}

std::optional<size_t> ClientSocket::write(std::string_view bytes) {
  const ssize_t count = send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
  if (count >= 0) return static_cast<size_t>(count);
  if (errno == EAGAIN || errno == EINTR) return 0;
  return std::nullopt;
}

Result<ClientSocket> connect_patiently(const Address& address, milliseconds first_pause,
                                       milliseconds patience,
                                       const std::function<bool()>& stopped) {
  using Clock = std::chrono::steady_clock;
  const Clock::time_point give_up = Clock::now() + patience;
  Clock::time_point next_attempt = Clock::now() + first_pause;
  milliseconds pause = kPauseMin;
  for (;;) {
    while (Clock::now() < next_attempt) {
      if (stopped && stopped()) return ClientSocket();
      const auto left = std::chrono::ceil<milliseconds>(next_attempt - Clock::now());
      std::this_thread::sleep_for(std::clamp(left, milliseconds(0), kStopPoll));
    }
    if (stopped && stopped()) return ClientSocket();
    Result<ClientSocket> socket = ClientSocket::connect(address, kAttemptMax);
    if (socket || Clock::now() + pause > give_up) return socket;
    next_attempt = Clock::now() + pause;
    pause = std::min(pause * 2, kPauseMax);
  }
}

}  // namespace tocsin
