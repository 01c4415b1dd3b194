#include <cohort/report/trial_page.hpp>

#include <fmt/format.h>

namespace cohort {
namespace {

std::string escaped(const std::string& text) {
  std::string result;
  for (const char c : text) {
    switch (c) {
      case '&':
        result += "&amp;";
        break;
      case '<':
        result += "&lt;";
        break;
      case '>':
        result += "&gt;";
        break;
      default:
        result += c;
    }
  }
  return result;
}

std::string table(const std::vector<TextRow>& rows) {
  std::string result = "<table>\n";
  for (const TextRow& row : rows) {
    result += "<tr>";
    for (const std::string& cell : row) result += "<td>" + escaped(cell) + "</td>";
    result += "</tr>\n";
  }
  return result + "</table>\n";
}

}  // namespace

std::string trial_page(const std::string& title, const std::vector<TextRow>& facts, const std::string& svg,
                       const std::vector<TextRow>& trials) {
  constexpr const char* style =
      "body { font: 14px sans-serif; margin: 2em; max-width: 1000px }\n"
      "table { border-collapse: collapse; margin: 1em 0 }\n"
      "td { padding: 2px 16px 2px 0; vertical-align: top }\n"
      ".trials tr:first-child, .facts td:first-child { color: #666 }\n"
      "svg { max-width: 100%; height: auto }\n"
      "svg image { image-rendering: pixelated }\n";  // steps of a heat map have edges
  // Inside a page, SVG has no XML declaration.
  const std::string picture = svg.substr(svg.find("<svg"));
  return fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>{0}</title>\n"
      "<style>\n{1}</style>\n</head>\n<body>\n<h1>{0}</h1>\n"
      "<div class=\"facts\">\n{2}</div>\n{3}\n<div class=\"trials\">\n{4}</div>\n</body>\n</html>\n",
      escaped(title), style, table(facts), picture, table(trials));
}

}  // namespace cohort
