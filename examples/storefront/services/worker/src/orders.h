/* Orders, one a line: `<number> <article> <quantity> <price in cents>`. */
#ifndef ORDERS_H
#define ORDERS_H

#include "text.h"

struct order {
  long number;
  struct text article;
  long quantity;
  long price;
};

/* Cuts the next word off the line. */
static inline struct text next_word(struct text *line) {
  size start = 0;
  while (start < line->length && line->start[start] == ' ') start++;
  size end = start;
  while (end < line->length && line->start[end] != ' ') end++;
  struct text word = {line->start + start, end - start};
  *line = (struct text){line->start + end, line->length - end};
  return word;
}

/* 0 when the line is no order. */
static inline int parse_order(struct text line, struct order *order) {
  order->number = parse_number(next_word(&line));
  order->article = next_word(&line);
  order->quantity = parse_number(next_word(&line));
  order->price = parse_number(next_word(&line));
  return order->number > 0 && order->article.length > 0 && order->quantity > 0 && order->price >= 0 &&
         next_word(&line).length == 0;
}

/* The confirmation of one order, as a line of JSON. */
static inline void add_confirmation(struct buffer *out, const struct order *order, struct text greeting) {
  add(out, TEXT("{\"order\":"));
  add_number(out, (unsigned long)order->number);
  add(out, TEXT(",\"article\":\""));
  add_escaped(out, order->article);
  add(out, TEXT("\",\"totalCents\":"));
  add_number(out, (unsigned long)order->quantity * (unsigned long)order->price);
  add(out, TEXT(",\"message\":\""));
  add_escaped(out, greeting);
  add(out, TEXT("\"}\n"));
}

#endif
