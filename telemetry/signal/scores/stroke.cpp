#include "telemetry/signal/scores/stroke.h"

#include <fmt/format.h>

#include "telemetry/base/assert.h"

namespace ems::signal {
namespace {

ScoreItem sign_item(std::string_view name, const std::optional<Finding>& sign) {
    ScoreItem item{.name = name};
    if (sign) {
        item.points = *sign == Finding::abnormal ? 1 : 0;
        item.taken = *sign == Finding::abnormal ? "abnormal" : "normal";
    }
    return item;
}

ScoreItem part_item(std::string_view name, const std::optional<int>& part, int most) {
    ScoreItem item{.name = name};
    if (part && *part >= 0 && *part <= most) {
        item.points = *part;
        item.taken = fmt::format("{}", *part);
    }
    return item;
}

} // namespace

Score cpss(const FastInput& in) {
    return {.id = "CPSS (Kothari 1999)",
            .items = {sign_item("face", in.face), sign_item("arm", in.arm),
                      sign_item("speech", in.speech)}};
}

Score be_fast(const BeFastInput& in) {
    Score score = cpss(in.fast);
    score.id = "BE-FAST (Aroor 2017)";
    score.items.push_back(sign_item("balance", in.balance));
    score.items.push_back(sign_item("eyes", in.eyes));
    return score;
}

std::optional<Finding> stroke_suspected(const Score& score) {
    if (score.points() > 0) {
        return Finding::abnormal;
    }
    return score.complete() ? std::optional{Finding::normal} : std::nullopt;
}

Score lams(const LamsInput& in) {
    return {.id = "LAMS (Llanes 2004)",
            .items = {part_item("face", in.face, 1), part_item("arm", in.arm, 2),
                      part_item("grip", in.grip, 2)}};
}

std::string_view caution_text(StrokeCaution caution) {
    switch (caution) {
    case StrokeCaution::glucose_missing:
        return "glucose is missing";
    case StrokeCaution::glucose_mimics:
        return "glucose below 3.3 mmol/L mimics a stroke";
    case StrokeCaution::last_known_well_missing:
        return "time last known well is missing";
    }
    EMS_ASSERT(false);
    return "";
}

std::vector<StrokeCaution> stroke_cautions(const StrokeContext& context) {
    std::vector<StrokeCaution> out;
    if (!is_given(context.glucose_mmol_l)) {
        out.push_back(StrokeCaution::glucose_missing);
    } else if (tenths(context.glucose_mmol_l->value) < tenths(kGlucoseMimicsBelow)) {
        out.push_back(StrokeCaution::glucose_mimics);
    }
    if (!context.last_known_well_us) {
        out.push_back(StrokeCaution::last_known_well_missing);
    }
    return out;
}

} // namespace ems::signal
