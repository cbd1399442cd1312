#include "connectors/tcp/address.h"

#include <charconv>
#include <string_view>

namespace tocsin {
namespace {

constexpr std::string_view kUnixPrefix = "unix:";
constexpr size_t kUnixPathBytesMax = 107;  // sockaddr_un::sun_path, with its NUL

Error bad_address(const std::string& text, const std::string& why) {
  return {ErrorKind::kInput, "\"" + text + "\" is not an address: " + why,
          "write HOST:PORT, as in 127.0.0.1:7070 or [::1]:7070, or unix:PATH"};
}

bool parse_port(std::string_view text, uint16_t& port) {
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, port);
  return error == std::errc() && stop == end && !text.empty();
}

}  // namespace

std::string Address::text() const {
  if (is_unix()) return std::string(kUnixPrefix) + path;
  const bool ipv6 = host.find(':') != std::string::npos;
  return (ipv6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

Result<Address> parse_address(const std::string& text) {
  Address address;
  if (text.starts_with(kUnixPrefix)) {
    address.path = text.substr(kUnixPrefix.size());
    if (address.path.empty()) return bad_address(text, "the path is missing");
    if (address.path.size() > kUnixPathBytesMax) {
      return bad_address(text, "the path of a Unix socket has at most 107 bytes");
    }
    return address;
  }
  const size_t colon = text.rfind(':');
  const std::string_view port = colon == std::string::npos
                                    ? std::string_view(text)
                                    : std::string_view(text).substr(colon + 1);
  if (!parse_port(port, address.port)) {
    return bad_address(text, "the port must be a number from 0 to 65535");
  }
  if (colon != std::string::npos) address.host = text.substr(0, colon);
  if (address.host.starts_with('[') && address.host.ends_with(']')) {
    address.host = address.host.substr(1, address.host.size() - 2);
  } else if (address.host.find(':') != std::string::npos) {
    return bad_address(text, "an IPv6 host stands in brackets");
  }
  if (address.host.empty()) address.host = "127.0.0.1";
  return address;
}

}  // namespace tocsin
