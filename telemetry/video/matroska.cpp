#include "telemetry/video/matroska.h"

#include <algorithm>
#include <optional>
#include <string_view>

namespace ems::video {
namespace {

using Bytes = std::span<const std::uint8_t>;

// RFC 8794 and RFC 9559.
constexpr std::uint32_t kHeader = 0x1A45DFA3;
constexpr std::uint32_t kDocType = 0x4282;
constexpr std::uint32_t kSegment = 0x18538067;
constexpr std::uint32_t kSeekHead = 0x114D9B74;
constexpr std::uint32_t kInfo = 0x1549A966;
constexpr std::uint32_t kTimestampScale = 0x2AD7B1;
constexpr std::uint32_t kTracks = 0x1654AE6B;
constexpr std::uint32_t kTrackEntry = 0xAE;
constexpr std::uint32_t kTrackNumber = 0xD7;
constexpr std::uint32_t kCodec = 0x86;
constexpr std::uint32_t kCluster = 0x1F43B675;
constexpr std::uint32_t kClusterTime = 0xE7;
constexpr std::uint32_t kPosition = 0xA7;
constexpr std::uint32_t kPreviousSize = 0xAB;
constexpr std::uint32_t kSimpleBlock = 0xA3;
constexpr std::uint32_t kBlockGroup = 0xA0;
constexpr std::uint32_t kBlock = 0xA1;
constexpr std::uint32_t kReference = 0xFB;
constexpr std::uint32_t kCues = 0x1C53BB6B;
constexpr std::uint32_t kTags = 0x1254C367;
constexpr std::uint32_t kVoid = 0xEC;
constexpr std::uint32_t kCrc = 0xBF;

constexpr std::int64_t kUsualScaleNs = 1'000'000;
constexpr std::int64_t kScaleMostNs = 1'000'000'000;
constexpr std::uint8_t kKeyFrameFlag = 0x80;
constexpr std::uint8_t kLacingFlags = 0x06;
constexpr std::size_t kNalLengthSize = 4;

struct Element {
    std::uint32_t id{0};
    bool open_ended{false}; // its size is not known, as of a stream
    std::size_t header{0};  // bytes of identity and size
    std::uint64_t size{0};
};

// The leading zero bits of the first byte tell how many bytes follow it; 0 and more than `most` are
// none.
std::optional<std::size_t> number_width(Bytes at, std::size_t most) {
    if (at.empty() || at[0] == 0) {
        return std::nullopt;
    }
    std::size_t width = 1;
    while ((at[0] & (0x80U >> (width - 1))) == 0) {
        ++width;
    }
    return width <= most && width <= at.size() ? std::optional{width} : std::nullopt;
}

std::optional<Element> element_at(Bytes at) {
    Element out;
    const auto id_width = number_width(at, 4);
    const auto size_width =
        id_width ? number_width(at.subspan(*id_width), 8) : std::optional<std::size_t>{};
    if (!size_width) {
        return std::nullopt;
    }
    for (std::size_t i = 0; i < *id_width; ++i) {
        out.id = (out.id << 8) | at[i];
    }
    const Bytes size = at.subspan(*id_width, *size_width);
    const std::uint64_t ones = (std::uint64_t{1} << (7 * *size_width)) - 1;
    out.size = size[0] & (0xFFU >> *size_width);
    for (std::size_t i = 1; i < *size_width; ++i) {
        out.size = (out.size << 8) | size[i];
    }
    out.open_ended = out.size == ones;
    out.header = *id_width + *size_width;
    return out;
}

std::optional<std::uint64_t> unsigned_number(Bytes body) {
    if (body.size() > 8) {
        return std::nullopt;
    }
    std::uint64_t out = 0;
    for (const std::uint8_t byte : body) {
        out = (out << 8) | byte;
    }
    return out;
}

std::string_view text_of(Bytes body) {
    const std::string_view text{reinterpret_cast<const char*>(body.data()), body.size()};
    return text.substr(0, std::min(text.find('\0'), text.size()));
}

// Length-prefixed NAL units that fill it to its end.
bool is_picture(Bytes payload) {
    if (payload.empty()) {
        return false;
    }
    while (!payload.empty()) {
        if (payload.size() <= kNalLengthSize) {
            return false;
        }
        const std::uint64_t size = *unsigned_number(payload.first(kNalLengthSize));
        if (size == 0 || size > payload.size() - kNalLengthSize) {
            return false;
        }
        payload = payload.subspan(kNalLengthSize + size);
    }
    return true;
}

class Reader {
  public:
    // False: it is not ours. What is not whole is not handed in.
    bool take(const Element& element, Bytes body);
    [[nodiscard]] bool has_track() const { return track_.has_value(); }
    [[nodiscard]] std::uint64_t frames() const { return frames_; }
    [[nodiscard]] std::int64_t length_ms() const {
        return frames_ == 0 ? 0 : (last_ns_ - first_ns_) / 1'000'000;
    }

  private:
    bool take_within(Bytes master, bool (Reader::*taker)(std::uint32_t, Bytes));
    bool take_header(std::uint32_t id, Bytes body);
    bool take_info(std::uint32_t id, Bytes body);
    bool take_tracks(std::uint32_t id, Bytes body);
    bool take_track(std::uint32_t id, Bytes body);
    bool take_group(Bytes body);
    bool take_block(Bytes block, std::optional<bool> key_frame);

    bool header_{false};
    std::int64_t scale_ns_{kUsualScaleNs};
    std::optional<std::uint64_t> track_;
    bool avc_{false};
    std::optional<std::int64_t> cluster_ns_;
    std::uint64_t frames_{0};
    std::int64_t first_ns_{0};
    std::int64_t last_ns_{0};
};

bool Reader::take_within(Bytes master, bool (Reader::*taker)(std::uint32_t, Bytes)) {
    while (!master.empty()) {
        const auto element = element_at(master);
        if (!element || element->open_ended || element->size > master.size() - element->header ||
            !(this->*taker)(element->id, master.subspan(element->header, element->size))) {
            return false;
        }
        master = master.subspan(element->header + element->size);
    }
    return true;
}

bool Reader::take_header(std::uint32_t id, Bytes body) {
    if (id == kDocType) {
        header_ = text_of(body) == "matroska";
        return header_;
    }
    return true;
}

bool Reader::take_info(std::uint32_t id, Bytes body) {
    if (id == kTimestampScale) {
        const auto scale = unsigned_number(body);
        if (!scale || *scale == 0 || *scale > kScaleMostNs) {
            return false;
        }
        scale_ns_ = static_cast<std::int64_t>(*scale);
    }
    return true;
}

bool Reader::take_track(std::uint32_t id, Bytes body) {
    if (id == kTrackNumber) {
        track_ = unsigned_number(body);
        return track_.has_value();
    }
    if (id == kCodec) {
        avc_ = text_of(body) == "V_MPEG4/ISO/AVC";
        return avc_;
    }
    return true;
}

bool Reader::take_tracks(std::uint32_t id, Bytes body) {
    if (id != kTrackEntry) {
        return true;
    }
    return !track_ && take_within(body, &Reader::take_track) && track_ && avc_;
}

// A picture that refers to no other is a key frame.
bool Reader::take_group(Bytes body) {
    std::optional<Bytes> block;
    bool key_frame = true;
    while (!body.empty()) {
        const auto element = element_at(body);
        if (!element || element->open_ended || element->size > body.size() - element->header) {
            return false;
        }
        if (element->id == kBlock) {
            block = body.subspan(element->header, element->size);
        }
        key_frame = key_frame && element->id != kReference;
        body = body.subspan(element->header + element->size);
    }
    return block && take_block(*block, key_frame);
}

// Track, 16 bits of time within the cluster, flags, picture.
bool Reader::take_block(Bytes block, std::optional<bool> key_frame) {
    if (!track_ || !cluster_ns_ || block.size() < 5 || block[0] != (*track_ | 0x80U) ||
        (block[3] & kLacingFlags) != 0 || !is_picture(block.subspan(4))) {
        return false;
    }
    const auto offset = static_cast<std::int16_t>((block[1] << 8) | block[2]);
    const std::int64_t time_ns = *cluster_ns_ + offset * scale_ns_;
    if (frames_ == 0) {
        if (!key_frame.value_or((block[3] & kKeyFrameFlag) != 0)) {
            return false;
        }
        first_ns_ = time_ns;
    } else if (time_ns < last_ns_ || time_ns - first_ns_ > kMatroskaLengthMaxMs * 1'000'000) {
        return false;
    }
    last_ns_ = time_ns;
    ++frames_;
    return true;
}

bool Reader::take(const Element& element, Bytes body) {
    if (!header_) {
        return element.id == kHeader && take_within(body, &Reader::take_header) && header_;
    }
    switch (element.id) {
    case kInfo:
        return take_within(body, &Reader::take_info);
    case kTracks:
        return take_within(body, &Reader::take_tracks);
    case kClusterTime: {
        const auto time = unsigned_number(body);
        if (!time || *time > static_cast<std::uint64_t>(kMatroskaLengthMaxMs) * 1'000'000) {
            return false;
        }
        cluster_ns_ = static_cast<std::int64_t>(
            std::min<std::uint64_t>(*time, INT64_MAX / static_cast<std::uint64_t>(scale_ns_)) *
            static_cast<std::uint64_t>(scale_ns_));
        return *cluster_ns_ < INT64_MAX / 4;
    }
    case kSimpleBlock:
        return take_block(body, std::nullopt);
    case kBlockGroup:
        return take_group(body);
    case kSeekHead:
    case kPosition:
    case kPreviousSize:
    case kCues:
    case kTags:
    case kVoid:
    case kCrc:
        return true;
    default:
        return false;
    }
}

// Read flat: where they end is told by what follows.
bool is_entered(std::uint32_t id) {
    return id == kSegment || id == kCluster;
}

} // namespace

Result<MatroskaContent> read_matroska(Bytes file) {
    Reader reader;
    std::size_t at = 0;
    std::size_t whole = 0;
    while (at < file.size()) {
        const auto element = element_at(file.subspan(at));
        if (!element) {
            break;
        }
        const std::size_t left = file.size() - at - element->header;
        if (is_entered(element->id)) {
            at += element->header;
            continue;
        }
        if (element->open_ended || element->size > left) {
            break;
        }
        const std::uint64_t before = reader.frames();
        if (!reader.take(*element, file.subspan(at + element->header, element->size))) {
            if (before > 0) {
                break; // the tail of a file that a crash cut off may hold anything
            }
            return fail(Code::malformed, "not a recording of a camera");
        }
        at += element->header + element->size;
        if (reader.frames() > before) {
            whole = at;
        }
    }
    if (reader.frames() == 0) {
        return fail(Code::malformed, "no whole picture");
    }
    return MatroskaContent{whole, reader.frames(), reader.length_ms()};
}

} // namespace ems::video
