// Package triage (分流) reads what somebody wrote and says what it is about: kind and urgency, place, time, personal data,
// several things in one message, and which earlier message may be about the same event. It works in process, without a
// network, and gives its reasons in the words of the message. It only proposes: a person decides, and each correction
// becomes a row from which the model is trained again.
//
// The order is: word lists and rules first, then a linear classifier over character n-grams. The same rows in the same
// order give the same model, byte for byte.
package triage
