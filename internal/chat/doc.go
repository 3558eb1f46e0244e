// Package chat reads what people copy out of group chats, and what the chat vendors send by themselves (群消息).
//
// [Parse] makes lines of a pasted stretch, whatever program it was copied from: it first finds the shape in which this
// paste begins its messages, then reads by that shape alone, so that “甲：乙” inside a message is no sender.
// It only reads: no line is work before a person says so.
package chat
