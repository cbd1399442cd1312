#include "rules-dsl/syntax/source.h"

#include <algorithm>
#include <utility>

#include "rules-dsl/syntax/utf8.h"

namespace tocsin::dsl {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

std::vector<uint32_t> find_line_begins(std::string_view text) {
  std::vector<uint32_t> begins{0};
  for (size_t at = text.find('\n'); at != std::string_view::npos; at = text.find('\n', at + 1)) {
    begins.push_back(static_cast<uint32_t>(at + 1));
  }
  return begins;
}

}  // namespace

uint32_t SourceSet::add(std::string path, std::string text) {
  if (text.starts_with(kByteOrderMark)) text.erase(0, kByteOrderMark.size());
  line_begins_.push_back(find_line_begins(text));
  files_.push_back({std::move(path), std::move(text)});
  return static_cast<uint32_t>(files_.size() - 1);
}

const Attachment* SourceSet::attachment(const std::string& name) const {
  const auto found = attached_.find(name);
  return found == attached_.end() ? nullptr : &found->second;
}

size_t SourceSet::line_of(uint32_t file, uint32_t offset) const {
  const std::vector<uint32_t>& begins = line_begins_[file];
  return std::upper_bound(begins.begin(), begins.end(), offset) - begins.begin() - 1;
}

Place SourceSet::place(uint32_t file, uint32_t offset) const {
  const size_t line = line_of(file, offset);
  const std::string_view text = files_[file].text;
  const size_t end = std::min<size_t>(offset, text.size());
  uint32_t column = 1;
  for (size_t at = line_begins_[file][line]; at < end; ++column) {
    at += decode_utf8(text, at).length;
  }
  return {static_cast<uint32_t>(line + 1), column};
}

std::string_view SourceSet::line_text(uint32_t file, uint32_t offset) const {
  const uint32_t begin = line_begins_[file][line_of(file, offset)];
  std::string_view text = std::string_view(files_[file].text).substr(begin);
  text = text.substr(0, text.find('\n'));
  if (text.ends_with('\r')) text.remove_suffix(1);
  return text;
}

std::string_view SourceSet::text(Span span) const {
  return std::string_view(files_[span.file].text).substr(span.begin, span.end - span.begin);
}

}  // namespace tocsin::dsl
