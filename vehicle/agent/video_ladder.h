// The forms in which a camera may send, from the best to the least, and the bit rate that each
// needs so that its picture is a picture. Of a camera of 640 x 360 and at most 15 pictures a
// second:
//     >= 200 kbit/s  all pictures            >= 80   5 a second
//     >= 120         12 a second             >= 40   5 a second, half the width and height
//     below          a still picture, a key frame, every 3 s
// A larger picture needs more, by the power 0.75 of its pixels (neighbours in a finer picture are
// more alike), all pictures of a camera of more than 15 a second by that of their number, too. What
// is large enough to be halved and still no less than 640 x 360 has one form more, between: half
// the width and height, 5 a second. Small and still pictures are of about 320 x 180, whatever the
// camera, and of half its width at most. Smaller cameras have the steps of 640 x 360.
//                 all    12    5    half  small
//     1280 x 720  566   339  226      80     40    (15 a second)
//    1920 x 1080 1039   624  416     147     40    (15 a second; all of 30: 1748)
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace ems::vehicle {

enum class PictureForm { full, frames_12, frames_5, half, small, still };
inline constexpr std::size_t kPictureForms = 6;

// Pictures a second of a form, of a camera that makes `fps`.
double frames_per_second(PictureForm form, int fps);

struct CameraPicture {
    int width_px{640};
    int height_px{360};
    int fps{15};
};

// What such a camera sends where nothing else is said: 600 kbit/s for 640 x 360 at 15 a second,
// more by the power 0.75 of pixels a second, 200 to 4000.
std::uint32_t usual_kbit(const CameraPicture& picture);

class VideoLadder {
  public:
    explicit VideoLadder(const CameraPicture& picture);

    // The best form for so much.
    [[nodiscard]] PictureForm form_for(double kbit) const;
    // Never more than of a better form; the same: this form is not used.
    [[nodiscard]] double least_kbit(PictureForm form) const {
        return least_kbit_.at(static_cast<std::size_t>(form));
    }
    // What width and height are divided by.
    [[nodiscard]] int size_divisor(PictureForm form) const;

  private:
    int small_divisor_;
    std::array<double, kPictureForms> least_kbit_;
};

} // namespace ems::vehicle
