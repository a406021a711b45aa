#include "vehicle/agent/video_ladder.h"

#include <algorithm>
#include <cmath>

namespace ems::vehicle {
namespace {

constexpr double kUsualPixels = 640.0 * 360;
constexpr double kSmallPixels = kUsualPixels / 4;
constexpr double kUsualFps = 15;
constexpr double kPower = 0.75;
constexpr int kHalf = 2;

// What so many times the pixels need, in times the bit rate.
double more_for(double ratio) {
    return std::pow(std::max(ratio, 1.0), kPower);
}

double pixels_of(const CameraPicture& picture) {
    return double{1} * picture.width_px * picture.height_px;
}

} // namespace

double frames_per_second(PictureForm form, int fps) {
    switch (form) {
    case PictureForm::full:
        return fps;
    case PictureForm::frames_12:
        return std::min(fps, 12);
    case PictureForm::frames_5:
    case PictureForm::half:
    case PictureForm::small:
        return std::min(fps, 5);
    case PictureForm::still:
        return 1.0 / 3;
    }
    return fps;
}

std::uint32_t usual_kbit(const CameraPicture& picture) {
    const double ratio = pixels_of(picture) * picture.fps / (kUsualPixels * kUsualFps);
    return static_cast<std::uint32_t>(
        std::clamp(std::round(600 * std::pow(ratio, kPower)), 200.0, 4000.0));
}

VideoLadder::VideoLadder(const CameraPicture& picture)
    : small_divisor_(std::max(
          kHalf, static_cast<int>(std::lround(std::sqrt(pixels_of(picture) / kSmallPixels))))),
      least_kbit_{} {
    const double pixels = pixels_of(picture);
    const double large = more_for(pixels / kUsualPixels);
    const double half_pixels = pixels / (kHalf * kHalf);
    const double frames_5 = 80 * large;
    least_kbit_ = {200 * large * more_for(picture.fps / kUsualFps),
                   120 * large,
                   frames_5,
                   half_pixels >= kUsualPixels ? 80 * more_for(half_pixels / kUsualPixels) : frames_5,
                   40 * more_for(pixels / (small_divisor_ * small_divisor_) / kSmallPixels),
                   0};
}

PictureForm VideoLadder::form_for(double kbit) const {
    const auto* const found =
        std::find_if(least_kbit_.begin(), least_kbit_.end() - 1,
                     [&](double least_kbit) { return kbit >= least_kbit; });
    return static_cast<PictureForm>(found - least_kbit_.begin());
}

int VideoLadder::size_divisor(PictureForm form) const {
    switch (form) {
    case PictureForm::full:
    case PictureForm::frames_12:
    case PictureForm::frames_5:
        return 1;
    case PictureForm::half:
        return kHalf;
    case PictureForm::small:
    case PictureForm::still:
        return small_divisor_;
    }
    return 1;
}

} // namespace ems::vehicle
