#include "console/widgets/score_words.h"

#include <array>
#include <span>

#include <QCoreApplication>

namespace ems::console {
namespace {

struct Word {
    std::string_view said;
    const char* text;
};

constexpr std::array<Word, 12> kItems{{
    {"temperature", QT_TRANSLATE_NOOP("scores", "temperature")},
    {"consciousness", QT_TRANSLATE_NOOP("scores", "consciousness")},
    {"mentation", QT_TRANSLATE_NOOP("scores", "mentation")},
    {"RR", QT_TRANSLATE_NOOP("scores", "respiration")},
    {"HR", QT_TRANSLATE_NOOP("scores", "heart rate")},
    {"pulse", QT_TRANSLATE_NOOP("scores", "pulse")},
    {"SBP", QT_TRANSLATE_NOOP("scores", "systolic")},
    {"oxygen", QT_TRANSLATE_NOOP("scores", "oxygen")},
    {"SpO2", QT_TRANSLATE_NOOP("scores", "SpO₂")},
    {"capillary refill", QT_TRANSLATE_NOOP("scores", "capillary refill")},
    {"effort", QT_TRANSLATE_NOOP("scores", "effort")},
    {"HR and SBP within 2 min", QT_TRANSLATE_NOOP("scores", "HR and SBP within 2 min")},
}};

constexpr std::array<Word, 3> kTaken{{
    {"air", QT_TRANSLATE_NOOP("scores", "air")},
    {"oxygen", QT_TRANSLATE_NOOP("scores", "oxygen")},
    {"altered", QT_TRANSLATE_NOOP("scores", "altered")},
}};

QString word_of(std::span<const Word> words, std::string_view said) {
    for (const Word& one : words) {
        if (said == one.said) {
            return QCoreApplication::translate("scores", one.text);
        }
    }
    return QString::fromUtf8(said.data(), static_cast<qsizetype>(said.size()));
}

} // namespace

QString score_item_word(std::string_view item) {
    return word_of(kItems, item);
}

QString score_taken_word(std::string_view taken) {
    constexpr std::string_view kLevel = "level ";
    if (taken.starts_with(kLevel)) {
        const std::string_view number = taken.substr(kLevel.size());
        return QCoreApplication::translate("scores", "level %1")
            .arg(QString::fromUtf8(number.data(), static_cast<qsizetype>(number.size())));
    }
    return word_of(kTaken, taken);
}

} // namespace ems::console
