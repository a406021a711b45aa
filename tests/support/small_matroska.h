// A Matroska file as matroskamux streams it, small: header, an endless segment, one H.264 track,
// endless clusters of a group of pictures each. Pictures hold one NAL unit of two bytes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace ems::test {

class SmallMatroska {
  public:
    SmallMatroska() {
        bytes_ = element("\x1A\x45\xDF\xA3", element("\x42\x82", "matroska"));
        bytes_ += std::string{"\x18\x53\x80\x67"} + kEndless;
        bytes_ +=
            element("\x15\x49\xA9\x66", element("\x2A\xD7\xB1", std::string{"\x0F\x42\x40", 3}));
        bytes_ += element("\x16\x54\xAE\x6B",
                          element("\xAE", element("\xD7", "\x01") + element("\x83", "\x01") +
                                              element("\x86", "V_MPEG4/ISO/AVC")));
    }
    // Milliseconds since the file's time 0; the first picture of a cluster is a key frame.
    SmallMatroska& cluster(std::uint16_t at_ms) {
        cluster_ms_ = at_ms;
        bytes_ += std::string{"\x1F\x43\xB6\x75"} + kEndless;
        bytes_ += element("\xE7", {static_cast<char>(at_ms >> 8), static_cast<char>(at_ms & 0xFF)});
        return *this;
    }
    SmallMatroska& picture(std::uint16_t at_ms, std::string_view flags = "\x80") {
        const auto offset = static_cast<std::uint16_t>(at_ms - cluster_ms_);
        std::string block{"\x81"};
        block += static_cast<char>(offset >> 8);
        block += static_cast<char>(offset & 0xFF);
        block += flags.empty() ? std::string(1, '\0') : std::string{flags};
        block += std::string{"\0\0\0\2\x65\x88", 6};
        bytes_ += element("\xA3", block);
        return *this;
    }
    // 25 pictures a second from time 0, a key frame each second.
    static SmallMatroska of(int pictures) {
        SmallMatroska out;
        for (int i = 0; i < pictures; ++i) {
            const auto at_ms = static_cast<std::uint16_t>(i * 40);
            if (i % 25 == 0) {
                out.cluster(at_ms);
            }
            out.picture(at_ms, i % 25 == 0 ? "\x80" : "");
        }
        return out;
    }
    [[nodiscard]] const std::string& bytes() const { return bytes_; }

    static std::string element(std::string_view id, const std::string& body) {
        std::string out{id};
        out += '\x40' | static_cast<char>(body.size() >> 8);
        out += static_cast<char>(body.size() & 0xFF);
        return out + body;
    }

  private:
    static inline const std::string kEndless{"\x01\xFF\xFF\xFF\xFF\xFF\xFF\xFF"};
    std::string bytes_;
    std::uint16_t cluster_ms_{0};
};

} // namespace ems::test
