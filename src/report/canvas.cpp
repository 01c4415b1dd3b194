#include "canvas.hpp"

#include <cohort/core/errors.hpp>

#include <cairo-svg.h>

#include <cmath>
#include <cstring>

namespace cohort::drawing {
namespace {

constexpr double kPngScale = 2;  // pixels per unit, for screens of high resolution

void check(cairo_status_t status) {
  if (status != CAIRO_STATUS_SUCCESS)
    throw InternalError(std::string("internal error: cairo: ") + cairo_status_to_string(status));
}

cairo_status_t append(void* bytes, const unsigned char* data, unsigned int length) {
  static_cast<std::string*>(bytes)->append(reinterpret_cast<const char*>(data), length);
  return CAIRO_STATUS_SUCCESS;
}

cairo_surface_t* new_surface(PictureFormat format, double width, double height, std::string& bytes) {
  if (format == PictureFormat::svg) {
    cairo_surface_t* surface = cairo_svg_surface_create_for_stream(append, &bytes, width, height);
    cairo_svg_surface_set_document_unit(surface, CAIRO_SVG_UNIT_PX);
    return surface;
  }
  const auto pixels = [](double length) { return static_cast<int>(std::ceil(kPngScale * length)); };
  return cairo_image_surface_create(CAIRO_FORMAT_RGB24, pixels(width), pixels(height));
}

double width_of(cairo_t* context, const std::string& words) {
  cairo_text_extents_t extents;
  cairo_text_extents(context, words.c_str(), &extents);
  return extents.x_advance;
}

/// `words`, or as many of its characters as fit into `room` together with an ellipsis.
std::string fitted(cairo_t* context, std::string words, double room) {
  if (width_of(context, words) <= room) return words;
  const auto is_inside_character = [](char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; };  // UTF-8
  while (!words.empty() && width_of(context, words + "…") > room) {
    while (!words.empty() && is_inside_character(words.back())) words.pop_back();
    if (!words.empty()) words.pop_back();
  }
  return words + "…";
}

}  // namespace

Canvas::Canvas(PictureFormat format, double width, double height)
    : format_(format),
      surface_(new_surface(format, width, height, bytes_), cairo_surface_destroy),
      context_(cairo_create(surface_.get()), cairo_destroy) {
  check(cairo_status(context_.get()));
  if (format == PictureFormat::png) cairo_scale(context_.get(), kPngScale, kPngScale);
  cairo_set_line_join(context_.get(), CAIRO_LINE_JOIN_ROUND);
  fill({0, 0, width, height}, {1, 1, 1});
}

void Canvas::fill(const Rectangle& area, Color color, double alpha) {
  cairo_set_source_rgba(context_.get(), color.red, color.green, color.blue, alpha);
  cairo_rectangle(context_.get(), area.x, area.y, area.width, area.height);
  cairo_fill(context_.get());
}

void Canvas::line(const std::vector<Point>& points, Color color, double width, double alpha) {
  for (const Point& point : points) cairo_line_to(context_.get(), point.x, point.y);
  cairo_set_source_rgba(context_.get(), color.red, color.green, color.blue, alpha);
  cairo_set_line_width(context_.get(), width);
  cairo_stroke(context_.get());
}

void Canvas::text(Point place, const std::string& words, double size, Color color, double room, Align align,
                  Weight weight) {
  cairo_t* context = context_.get();
  cairo_select_font_face(context, "sans-serif", CAIRO_FONT_SLANT_NORMAL,
                         weight == Weight::bold ? CAIRO_FONT_WEIGHT_BOLD : CAIRO_FONT_WEIGHT_NORMAL);
  cairo_set_font_size(context, size);
  cairo_set_source_rgb(context, color.red, color.green, color.blue);
  const std::string shown = fitted(context, words, room);
  const double share_before = align == Align::left ? 0 : align == Align::center ? 0.5 : 1;
  cairo_move_to(context, place.x - share_before * width_of(context, shown), place.y);
  cairo_show_text(context, shown.c_str());
  cairo_new_path(context);
}

void Canvas::image(const Rectangle& area, const std::vector<std::uint32_t>& pixels, int n_rows, int n_columns) {
  expects(pixels.size() == static_cast<std::size_t>(n_rows) * static_cast<std::size_t>(n_columns), "a pixel per place");
  const std::unique_ptr<cairo_surface_t, decltype(&cairo_surface_destroy)> source(
      cairo_image_surface_create(CAIRO_FORMAT_RGB24, n_columns, n_rows), cairo_surface_destroy);
  check(cairo_surface_status(source.get()));
  unsigned char* data = cairo_image_surface_get_data(source.get());
  const auto stride = static_cast<std::size_t>(cairo_image_surface_get_stride(source.get()));
  const auto width = static_cast<std::size_t>(n_columns);
  for (std::size_t row = 0; row < static_cast<std::size_t>(n_rows); ++row)
    std::memcpy(data + row * stride, pixels.data() + row * width, width * sizeof(std::uint32_t));
  cairo_surface_mark_dirty(source.get());

  cairo_t* context = context_.get();
  cairo_save(context);
  cairo_rectangle(context, area.x, area.y, area.width, area.height);
  cairo_clip(context);
  cairo_translate(context, area.x, area.y);
  cairo_scale(context, area.width / n_columns, area.height / n_rows);
  cairo_set_source_surface(context, source.get(), 0, 0);
  cairo_pattern_set_filter(cairo_get_source(context), CAIRO_FILTER_NEAREST);
  cairo_paint(context);
  cairo_restore(context);
}

std::string Canvas::finish() {
  check(cairo_status(context_.get()));
  if (format_ == PictureFormat::png) {
    check(cairo_surface_write_to_png_stream(surface_.get(), append, &bytes_));
  } else {
    cairo_surface_finish(surface_.get());
    check(cairo_surface_status(surface_.get()));
  }
  return bytes_;
}

}  // namespace cohort::drawing
