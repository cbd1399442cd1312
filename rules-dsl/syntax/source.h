// The policy's files and places in them.
//
// Lines and columns are 1-based; a column counts Unicode code points, as editors do.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tocsin::dsl {

// A half-open byte range [begin, end) of one file.
struct Span {
  uint32_t file = 0;
  uint32_t begin = 0;
  uint32_t end = 0;
};

struct SourceFile {
  std::string path;  // as shown to people
  std::string text;  // UTF-8
};

struct Place {
  uint32_t line = 1;
  uint32_t column = 1;
};

// A file of data that the policy names, such as a calendar: what it holds, or why it could not be
// read.
struct Attachment {
  std::string text;
  std::string trouble;  // empty: it was read
};

// The files of one policy. Immutable once parsing begins; spans index into it.
class SourceSet {
 public:
  // Returns the file's index, used in Span::file. A byte order mark at the start is dropped.
  uint32_t add(std::string path, std::string text);

  // Hands in a file of data under the name that the policy gives it.
  void attach(std::string name, Attachment file) { attached_[std::move(name)] = std::move(file); }
  // Null when there is none of that name.
  const Attachment* attachment(const std::string& name) const;

  size_t size() const { return files_.size(); }
  const SourceFile& file(uint32_t index) const { return files_[index]; }
  Place place(uint32_t file, uint32_t offset) const;
  // The text of the line that holds `offset`, without its line end.
  std::string_view line_text(uint32_t file, uint32_t offset) const;
  std::string_view text(Span span) const;

 private:
  // Index of the line that holds `offset`, from 0.
  size_t line_of(uint32_t file, uint32_t offset) const;

  std::vector<SourceFile> files_;
  std::map<std::string, Attachment> attached_;
  std::vector<std::vector<uint32_t>> line_begins_;  // per file, ascending; the first is 0
};

}  // namespace tocsin::dsl
