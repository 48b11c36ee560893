#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "access.hpp"
#include "script.hpp"

namespace atelier::cli {

/// How big a load is.
struct LoadPlan {
  std::size_t connections = 300;
  std::size_t typists = 30;     ///< of the connections
  double letters_a_second = 4;  ///< of each typist
  std::size_t seconds = 10;
  std::size_t text_paragraphs = 20;
};

/// One connection of a load.
struct LoadSeat {
  std::string person;
  std::string token;
};

/// A meeting made for a load: a text to type in, and a seat for every connection, the typists'
/// first.
struct LoadMeeting {
  Access access;
  std::string text;
  std::string plain;
  std::vector<LoadSeat> seats;
};

/// What the meeting of a load is made from: nobody but an organiser, a facilitator and people
/// "L0001"…
v1::MeetingContent load_content(std::size_t people);
/// The text that is typed in: paragraphs of about 80 characters.
std::string load_text(std::size_t paragraphs);
/// How many people it takes: every typist is one, those who look share (a person has at most 8
/// connections).
std::size_t load_people(const LoadPlan& plan);
/// Opens the meeting and the text and lets the typists in.
Script load_opening(const LoadPlan& plan, const std::string& text, const std::string& plain);

/// Makes the meeting as a rehearsal (there the server does not limit how much one person sends) and
/// gets the seats.
Result<LoadMeeting, NotDone> make_load_meeting(const client::ServerUrl& server,
                                               const std::string& organiser_token,
                                               const LoadPlan& plan);

}  // namespace atelier::cli
