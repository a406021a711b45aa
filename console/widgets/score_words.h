// What telemetry/signal/scores says in English, in the language of the screen: names of items, and what an item was read from
// where that is a word and no number.
#pragma once

#include <string_view>

#include <QString>

namespace ems::console {

QString score_item_word(std::string_view item);
QString score_taken_word(std::string_view taken);

} // namespace ems::console
