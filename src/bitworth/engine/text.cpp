#include "bitworth/engine/text.hpp"

#include <exception>

#include "bitworth/base/text.hpp"
#include "bitworth/engine/handles.hpp"
#include "bitworth/quality/token_contexts.hpp"

namespace bitworth::engine {
namespace {

// Throws what the tokenizer throws where no token fits.
std::vector<std::int32_t> tokens_of(const llama_vocab& vocab, const std::string& text) {
  const auto length = static_cast<std::int32_t>(text.size());
  std::vector<std::int32_t> tokens(text.size() + 8);
  const std::int32_t count = llama_tokenize(&vocab, text.data(), length, tokens.data(),
                                            static_cast<std::int32_t>(tokens.size()), true, false);
  tokens.resize(static_cast<std::size_t>(std::max(0, count)));
  return tokens;
}

// Where in the text each token ends; what tokenizers put before the first letter is left out.
std::vector<std::size_t> ends_in_text(const llama_vocab& vocab, const std::vector<std::int32_t>& tokens,
                                      std::size_t length) {
  std::vector<std::size_t> ends;
  std::size_t end = 0;
  for (const std::int32_t token : tokens) {
    char piece[512];
    const std::int32_t bytes = llama_token_to_piece(&vocab, token, piece, sizeof piece, 0, false);
    end += static_cast<std::size_t>(std::max(0, bytes));
    ends.push_back(end);
  }
  const std::size_t before = end > length ? end - length : 0;
  for (std::size_t& at : ends) at -= std::min(at, before);
  return ends;
}

std::vector<std::int64_t> first_tokens(const std::vector<std::size_t>& starts,
                                       const std::vector<std::size_t>& ends) {
  std::vector<std::int64_t> firsts;
  std::size_t token = 0;
  for (const std::size_t start : starts) {
    while (token < ends.size() && ends[token] <= start && start > 0) ++token;
    const auto first = static_cast<std::int64_t>(token);
    if (firsts.empty() || first > firsts.back()) firsts.push_back(first);
  }
  return firsts;
}

}  // namespace

Result<measure::TokenizedText> tokenize_here(const std::string& model_path, std::string text,
                                             const std::string& text_name) {
  if (text.ends_with('\n')) text.pop_back();
  const Result<Model> model = load_model(model_path, Load::vocabulary_only);
  if (!model) return std::unexpected(model.error());
  const llama_vocab& vocab = *llama_model_get_vocab(model->get());
  if (llama_vocab_type(&vocab) == LLAMA_VOCAB_TYPE_NONE)
    return std::unexpected(Error{ErrorKind::unsupported,
                                 {model_path, 0, 0},
                                 "the model has no tokenizer: its quality cannot be compared",
                                 "give --speed-only"});
  if (llama_vocab_get_add_eos(&vocab))
    return std::unexpected(
        Error{ErrorKind::unsupported,
              {model_path, 0, 0},
              "the model ends every text with a token of its own, which would be scored too",
              "give --speed-only"});
  measure::TokenizedText result;
  try {
    result.tokens = tokens_of(vocab, text);
  } catch (const std::exception& problem) {
    return std::unexpected(
        Error{ErrorKind::unsupported,
              {text_name, 0, 0},
              format("the model's tokenizer has no token for some of it ({})", problem.what()),
              "give a text that the model can read with --text, or --speed-only"});
  }
  result.document_starts =
      first_tokens(quality::find_documents(text), ends_in_text(vocab, result.tokens, text.size()));
  return result;
}

}  // namespace bitworth::engine
