#include "vehicle/agent/camera_format.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <tuple>

#include <gst/gst.h>

namespace ems::vehicle {
namespace {

using namespace std::string_view_literals;

constexpr guint kOffersMax = 256; // looked at; a device has some dozens

struct Rate {
    int numerator{0};
    int denominator{1};
    [[nodiscard]] double fps() const { return double{1} * numerator / denominator; }
};

// The slowest that reaches `fps`, else the fastest.
Rate nearer(Rate a, Rate b, int fps) {
    const bool both_reach = a.fps() >= fps && b.fps() >= fps;
    const bool a_first = both_reach ? a.fps() <= b.fps() : a.fps() >= b.fps();
    return a_first ? a : b;
}

Rate rate_of(const GValue* fraction) {
    return {gst_value_get_fraction_numerator(fraction), gst_value_get_fraction_denominator(fraction)};
}

std::optional<Rate> best_rate(const GValue* offered, int fps) {
    if (offered == nullptr) {
        return std::nullopt;
    }
    if (GST_VALUE_HOLDS_FRACTION(offered)) {
        return rate_of(offered);
    }
    if (GST_VALUE_HOLDS_FRACTION_RANGE(offered)) {
        const Rate least = rate_of(gst_value_get_fraction_range_min(offered));
        const Rate most = rate_of(gst_value_get_fraction_range_max(offered));
        return fps <= least.fps() ? least : fps >= most.fps() ? most : Rate{fps, 1};
    }
    std::optional<Rate> best;
    for (guint n = 0; GST_VALUE_HOLDS_LIST(offered) && n < gst_value_list_get_size(offered); ++n) {
        const GValue* one = gst_value_list_get_value(offered, n);
        if (GST_VALUE_HOLDS_FRACTION(one)) {
            best = best ? nearer(*best, rate_of(one), fps) : rate_of(one);
        }
    }
    return best;
}

// One format in one size at one rate; by how well it fits.
struct Offer {
    GstStructure* structure{nullptr};
    int width{0};
    int height{0};
    double fps{0};
    bool raw{false};
};

std::optional<Offer> fixed(const GstStructure* offered, PictureSize size, int fps) {
    const std::string_view name = gst_structure_get_name(offered);
    const auto rate = best_rate(gst_structure_get_value(offered, "framerate"), fps);
    if ((name != "video/x-raw"sv && name != "image/jpeg"sv) || !rate) {
        return std::nullopt;
    }
    Offer out;
    out.structure = gst_structure_copy(offered);
    gst_structure_fixate_field_nearest_int(out.structure, "width", size.width);
    gst_structure_fixate_field_nearest_int(out.structure, "height", size.height);
    gst_structure_set(out.structure, "framerate", GST_TYPE_FRACTION, rate->numerator,
                      rate->denominator, nullptr);
    gst_structure_get_int(out.structure, "width", &out.width);
    gst_structure_get_int(out.structure, "height", &out.height);
    out.fps = rate->fps();
    out.raw = name == "video/x-raw"sv;
    return out;
}

bool fits_better(const Offer& a, const Offer& b, PictureSize size, int fps) {
    const auto key = [&](const Offer& offer) {
        const bool reaches = offer.width >= size.width && offer.height >= size.height;
        const int area = offer.width * offer.height;
        return std::tuple{std::min(offer.fps, double{1} * fps), reaches, reaches ? -area : area,
                          offer.raw, -offer.fps};
    };
    return key(a) > key(b);
}

} // namespace

GstCaps* choose_format(const GstCaps* offered, PictureSize size, int fps) {
    std::optional<Offer> best;
    const guint count = std::min(gst_caps_get_size(offered), kOffersMax);
    for (guint n = 0; n < count; ++n) {
        const auto offer = fixed(gst_caps_get_structure(offered, n), size, fps);
        if (!offer) {
            continue;
        }
        if (best && !fits_better(*offer, *best, size, fps)) {
            gst_structure_free(offer->structure);
            continue;
        }
        if (best) {
            gst_structure_free(best->structure);
        }
        best = offer;
    }
    if (!best) {
        return nullptr;
    }
    GstCaps* caps = gst_caps_new_empty();
    gst_caps_append_structure(caps, best->structure);
    return gst_caps_fixate(caps);
}

Result<void> ask_for_format(video::Pipeline& pipeline, PictureSize size, int fps) {
    GstElement* source = pipeline.element("source");
    // What it offers is known once it is open.
    if (gst_element_set_state(source, GST_STATE_READY) == GST_STATE_CHANGE_FAILURE) {
        return fail(Code::media, pipeline.poll().error.value_or("the device does not open"));
    }
    GstPad* pad = gst_element_get_static_pad(source, "src");
    GstCaps* offered = gst_pad_query_caps(pad, nullptr);
    gst_object_unref(pad);
    GstCaps* chosen = choose_format(offered, size, fps);
    gst_caps_unref(offered);
    if (chosen != nullptr) {
        g_object_set(pipeline.element("offer"), "caps", chosen, nullptr);
        gst_caps_unref(chosen);
    }
    return {};
}

} // namespace ems::vehicle
