#include "connectors/cli/progress_bar.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

namespace tocsin {
namespace {

constexpr auto kDrawInterval = std::chrono::milliseconds(100);
constexpr size_t kBarCells = 24;

std::string clock_text(double seconds) {
  const auto whole = static_cast<int64_t>(seconds);
  return fmt::format("{}:{:02}", whole / 60, whole % 60);
}

}  // namespace

double ProgressBar::seconds() const {
  return std::chrono::duration<double>(Clock::now() - begin_).count();
}

void ProgressBar::update(const Progress& progress) {
  if (!console_.err_is_terminal() || Clock::now() < next_draw_) return;
  next_draw_ = Clock::now() + kDrawInterval;
  console_.status(render_progress(progress, seconds()));
}

std::string render_progress(const Progress& progress, double seconds) {
  std::string line;
  const double share =
      progress.total == 0
          ? 0.0
          : std::min(1.0, static_cast<double>(progress.done) / static_cast<double>(progress.total));
  if (progress.total > 0) {
    const auto filled = static_cast<size_t>(share * kBarCells);
    line = fmt::format("[{}{}] {:3.0f}%  ", std::string(filled, '#'),
                       std::string(kBarCells - filled, '.'), share * 100);
  }
  const double rate = seconds > 0 ? static_cast<double>(progress.records) / seconds : 0;
  line += fmt::format("{} records  {}/s", grouped(progress.records),
                      grouped(static_cast<uint64_t>(rate)));
  if (share > 0 && share < 1)
    line += fmt::format("  {} left", clock_text(seconds / share - seconds));
  if (!progress.note.empty()) line += "  " + progress.note;
  return line;
}

std::string grouped(uint64_t number) {
  std::string text = std::to_string(number);
  for (auto at = static_cast<std::ptrdiff_t>(text.size()) - 3; at > 0; at -= 3) {
    text.insert(static_cast<size_t>(at), 1, ',');
  }
  return text;
}

uint64_t stored_bytes(const std::string& path) {
  std::error_code code;
  const uint64_t bytes = std::filesystem::file_size(path, code);
  return code ? 0 : bytes;
}

}  // namespace tocsin
