#pragma once

#include <cohort/report/picture_format.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <cairo.h>

namespace cohort::drawing {

struct Color {
  double red = 0, green = 0, blue = 0;  ///< 0 to 1
};

struct Point {
  double x = 0, y = 0;
};

struct Rectangle {
  double x = 0, y = 0, width = 0, height = 0;
};

enum class Align { left, center, right };
enum class Weight { normal, bold };

/// What a picture is drawn on. Lengths are in units of 1/96 inch; y points down.
class Canvas {
 public:
  Canvas(PictureFormat format, double width, double height);
  Canvas(const Canvas&) = delete;  // the surface knows the place of bytes_
  Canvas& operator=(const Canvas&) = delete;

  void fill(const Rectangle& area, Color color, double alpha = 1);
  void line(const std::vector<Point>& points, Color color, double width, double alpha = 1);

  /// One line of text whose baseline starts at `place` (or has its centre or its end there). What is longer than `room`
  /// is cut and ends with an ellipsis.
  void text(Point place, const std::string& words, double size, Color color, double room, Align align = Align::left,
            Weight weight = Weight::normal);

  /// `pixels` [n_rows x n_columns], 0xRRGGBB, last index fastest, stretched over `area` without smoothing.
  void image(const Rectangle& area, const std::vector<std::uint32_t>& pixels, int n_rows, int n_columns);

  /// The bytes of the finished file. Nothing can be drawn afterwards.
  std::string finish();

 private:
  PictureFormat format_;
  std::string bytes_;
  std::unique_ptr<cairo_surface_t, decltype(&cairo_surface_destroy)> surface_;
  std::unique_ptr<cairo_t, decltype(&cairo_destroy)> context_;
};

}  // namespace cohort::drawing
