#include "connectors/tcp/client_lines.h"

#include <array>

namespace tocsin {

ClientLines::Outcome ClientLines::read(ClientSocket& socket,
                                       const std::function<bool(std::string_view)>& take) {
  std::array<char, 64u << 10> buffer;
  const std::optional<size_t> count = socket.read(buffer.data(), buffer.size());
  if (!count) return Outcome::kOver;
  framer_.append({buffer.data(), *count});
  if (!framer_.has_lines()) return Outcome::kOpen;
  const Chunk chunk = framer_.take();
  std::string_view rest = chunk.bytes;
  while (!rest.empty()) {
    const size_t end = rest.find('\n');
    const std::string_view line = rest.substr(0, end);
    if (!line.empty() && !take(line)) return Outcome::kStopped;
    rest.remove_prefix(end + 1);
  }
  return Outcome::kOpen;
}

}  // namespace tocsin
